// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-issue-products | FileCheck %s

!read = !tile.slot<read, tensor<128x64xbf16>>
!ring = !tile.ring<1, tensor<128x64xbf16>>

// A product reads its slot in place and is awaited before its first use; the slot is freed after the await.
// CHECK-LABEL: tile.kernel @awaited_before_use
// CHECK: %[[S:.*]] = tile.wait
// CHECK-NOT: tile.read
// CHECK: %[[P:.*]] = tile.issue %{{.*}}, %[[S]] {inst = "any", transB}
// CHECK-NEXT: tile.iota
// CHECK-NEXT: %[[T:.*]] = tile.await %[[P]]
// CHECK-NEXT: tile.release %[[S]]
// CHECK-NEXT: tile.store %[[T]]
tile.kernel @awaited_before_use(%K: memref<?x64xbf16>, %O: memref<?x128xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %q = arith.constant dense<1.0> : tensor<64x64xbf16>
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<128x64xbf16>>, memref<?x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<128x64xbf16>>
  %s = tile.wait %r : !ring
  %k = tile.read %s : !read -> tensor<128x64xbf16>
  %t = tile.mma %q, %k {transB, inst = "any"} : tensor<64x64xbf16>, tensor<128x64xbf16> -> tensor<64x128xf32>
  tile.release %s : !read
  %i = tile.iota %x dim 1 : tensor<1x128xi32>
  tile.store %t, %O[%c0, %c0] dims = [0, 1] : tensor<64x128xf32>, memref<?x128xf32>
  tile.yield
}

// A sum of products is awaited once, at its end, and the parts of one slot are views of it. A tile that others read too
// stays in registers for them.
// CHECK-LABEL: tile.kernel @chain_of_parts
// CHECK: %[[S:.*]] = tile.wait
// CHECK: %[[V:.*]] = tile.view %[[S]][%{{.*}}, %{{.*}}] : {{.*}} -> !tile.slot<read, tensor<128x32xbf16>>
// CHECK: %[[P:.*]] = tile.issue %{{.*}}, %[[V]] {transB}
// CHECK: %[[W:.*]] = tile.view %[[S]]
// CHECK: %[[C:.*]] = tile.issue %{{.*}}, %[[W]], %[[P]] {transB}
// CHECK-NEXT: %[[T:.*]] = tile.await %[[C]]
// CHECK-NEXT: tile.release %[[S]]
// CHECK-NOT: tile.await
// CHECK: tile.yield
tile.kernel @chain_of_parts(%K: memref<?x64xbf16>, %O: memref<?x128xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %q = arith.constant dense<1.0> : tensor<64x32xbf16>
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<128x64xbf16>>, memref<?x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<128x64xbf16>>
  %s = tile.wait %r : !ring
  %k = tile.read %s : !read -> tensor<128x64xbf16>
  %a = tensor.extract_slice %k[0, 0] [128, 32] [1, 1] : tensor<128x64xbf16> to tensor<128x32xbf16>
  %b = tensor.extract_slice %k[0, 32] [128, 32] [1, 1] : tensor<128x64xbf16> to tensor<128x32xbf16>
  %t = tile.mma %q, %a {transB} : tensor<64x32xbf16>, tensor<128x32xbf16> -> tensor<64x128xf32>
  %u = tile.mma %q, %b, %t {transB} : tensor<64x32xbf16>, tensor<128x32xbf16>, tensor<64x128xf32> -> tensor<64x128xf32>
  tile.release %s : !read
  tile.store %u, %O[%c0, %c0] dims = [0, 1] : tensor<64x128xf32>, memref<?x128xf32>
  tile.yield
}

// What is read after its slot has been freed stays in registers.
// CHECK-LABEL: tile.kernel @freed_before
// CHECK: %[[K:.*]] = tile.read
// CHECK-NEXT: tile.release
// CHECK: tile.issue %{{.*}}, %[[K]]
tile.kernel @freed_before(%K: memref<?x64xbf16>, %O: memref<?x128xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %q = arith.constant dense<1.0> : tensor<64x64xbf16>
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<128x64xbf16>>, memref<?x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<128x64xbf16>>
  %s = tile.wait %r : !ring
  %k = tile.read %s : !read -> tensor<128x64xbf16>
  tile.release %s : !read
  %t = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<128x64xbf16> -> tensor<64x128xf32>
  tile.store %t, %O[%c0, %c0] dims = [0, 1] : tensor<64x128xf32>, memref<?x128xf32>
  tile.yield
}

// An instruction says whether its product is begun, and from where it reads: one that is waited for stays and reads a tile,
// one that takes its left operand from registers gets it there, though a slot holds it too.
// CHECK-LABEL: tile.kernel @asked
// CHECK: %[[S:.*]] = tile.wait
// CHECK: %[[K:.*]] = tile.read %[[S]]
// CHECK: tile.issue %[[K]], %[[S]] by(#cuda.wgmma<m64n128k16, bf16, a = registers>) {transB}
// CHECK: tile.issue %[[S]], %[[S]] by(#cuda.wgmma<m64n128k16, bf16>) {transB}
// CHECK: tile.mma %[[K]], %[[K]] by(#cuda.mma<m16n8k16, bf16>) {transB}
tile.kernel @asked(%K: memref<?x64xbf16>, %O: memref<?x128xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<128x64xbf16>>, memref<?x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<128x64xbf16>>
  %s = tile.wait %r : !ring
  %k = tile.read %s : !read -> tensor<128x64xbf16>
  %t = tile.mma %k, %k by(#cuda.wgmma<m64n128k16, bf16, a = registers>) {transB} : tensor<128x64xbf16>, tensor<128x64xbf16> -> tensor<128x128xf32>
  %u = tile.mma %k, %k by(#cuda.wgmma<m64n128k16, bf16>) {transB} : tensor<128x64xbf16>, tensor<128x64xbf16> -> tensor<128x128xf32>
  %v = tile.mma %k, %k by(#cuda.mma<m16n8k16, bf16>) {transB} : tensor<128x64xbf16>, tensor<128x64xbf16> -> tensor<128x128xf32>
  tile.release %s : !read
  tile.store %t, %O[%c0, %c0] dims = [0, 1] : tensor<128x128xf32>, memref<?x128xf32>
  tile.store %u, %O[%c0, %c0] dims = [0, 1] : tensor<128x128xf32>, memref<?x128xf32>
  tile.store %v, %O[%c0, %c0] dims = [0, 1] : tensor<128x128xf32>, memref<?x128xf32>
  tile.yield
}
