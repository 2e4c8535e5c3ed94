// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies of operands that run by themselves: begun where a tile is loaded, awaited before its first product.
// RUN: attn-opt %s --cuda-select-instructions=tables=warp --tile-to-nvvm --split-input-file 2>/dev/null | FileCheck %s

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!out = memref<?x64xf32, strided<[?, 1], offset: ?>>

// Two tiles are two groups: the first is awaited while the second is still on its way. Behind each wait a barrier says so to
// the other threads, before the matrix loads. A chunk past the end of memory is copied with no byte of it.
// CHECK-LABEL: llvm.func @two_groups
// CHECK: scf.if
// CHECK: scf.for
// CHECK: %[[BYTES:.*]] = arith.select %{{.*}}, %{{.*}}, %{{.*}} : i32
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %[[BYTES]]
// CHECK: else
// CHECK-NOT: nvvm.cp.async
// CHECK: llvm.store
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// CHECK-NOT: nvvm.barrier
// CHECK: nvvm.cp.async.wait.group 1
// CHECK-NEXT: nvvm.barrier
// CHECK: ldmatrix
// CHECK-NOT: nvvm.barrier
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.barrier
// CHECK: ldmatrix
// CHECK-NOT: nvvm.cp.async.wait
// CHECK: llvm.return
tile.kernel @two_groups(%q: !plane, %k: !plane, %v: !plane, %o: !out)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %b = tile.load %k[%j, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %c = tile.load %v[%j, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %s = tile.mma %a, %b {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  %p = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
  %r = tile.mma %p, %c : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  %t = tile.mma %p, %c, %r : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  tile.store %t, %o[%i, %c0] dims = [0, 1] : tensor<64x64xf32>, !out
  tile.yield
}

// -----

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!out = memref<?x64xf32, strided<[?, 1], offset: ?>>

// What is awaited on one path alone is awaited again behind it; what a branch has begun lands before it ends. Memory in which
// nothing of it is in flight is written behind a barrier.
// CHECK-LABEL: llvm.func @branches
// CHECK: nvvm.cp.async.commit.group
// CHECK: scf.if
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.wait.group 1
// CHECK-NEXT: nvvm.barrier
// CHECK: ldmatrix
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.barrier
// CHECK: ldmatrix
// CHECK: scf.yield
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.barrier
// CHECK: ldmatrix
tile.kernel @branches(%q: !plane, %k: !plane, %v: !plane, %o: !out, %some: i1)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %b = tile.load %k[%j, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %s = scf.if %some -> (tensor<64x64xf32>) {
    %c = tile.load %v[%j, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %0 = tile.mma %a, %b {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %1 = tile.mma %a, %c, %0 {transB} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %1 : tensor<64x64xf32>
  } else {
    scf.yield %zero : tensor<64x64xf32>
  }
  %t = tile.mma %a, %b, %s : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  tile.store %t, %o[%i, %c0] dims = [0, 1] : tensor<64x64xf32>, !out
  tile.yield
}

// -----

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!out = memref<?x64xf32, strided<[?, 1], offset: ?>>

// What is begun in a turn of a loop and needed in an inner one alone lands in that turn: the next begins it anew. What is
// padded with another number than 0 passes registers, and so does what elementwise ops read too.
// CHECK-LABEL: llvm.func @loops
// CHECK: scf.for
// CHECK: nvvm.cp.async.shared.global
// CHECK: scf.for
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.barrier
// CHECK: ldmatrix
// CHECK: scf.yield
// CHECK-NEXT: }
// CHECK-NEXT: nvvm.cp.async.wait.group 0
// CHECK-NOT: nvvm.cp.async
// CHECK: llvm.return
tile.kernel @loops(%q: !plane, %k: !plane, %o: !out, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%all = %zero) -> (tensor<64x64xf32>) {
    %b = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = scf.for %u = %c0 to %n step %c1 iter_args(%sum = %all) -> (tensor<64x64xf32>) {
      %0 = tile.mma %a, %b, %sum : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
      scf.yield %0 : tensor<64x64xf32>
    }
    scf.yield %s : tensor<64x64xf32>
  }
  %ones = tile.load %k[%j, %c0] dims = [0, 1] pad 1.0 : bf16 : !plane -> tensor<64x64xbf16>
  %x = tile.mma %a, %ones, %r : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  %less = arith.negf %a : tensor<64x64xbf16>
  %y = tile.mma %less, %a, %x : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  tile.store %y, %o[%i, %c0] dims = [0, 1] : tensor<64x64xf32>, !out
  tile.yield
}
