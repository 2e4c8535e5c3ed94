// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s | attn-opt | FileCheck %s

// CHECK-LABEL: tile.kernel @sync
tile.kernel @sync(%K: memref<?x64xbf16>, %s: i32, %p: i32) attributes {persistent = true}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  // CHECK: tile.slots {offset = 1024 : i64} : !tile.slots<2, tensor<64x64xbf16>>
  %m = tile.slots {offset = 1024 : i64} : !tile.slots<2, tensor<64x64xbf16>>
  // CHECK: tile.barriers {arrivals = 4 : i64} : !tile.barriers<2>
  %b = tile.barriers {arrivals = 4 : i64} : !tile.barriers<2>
  // CHECK: tile.pass %{{.*}}[%{{.*}}], %{{.*}} : !tile.barriers<2>
  tile.pass %b[%s], %p : !tile.barriers<2>
  // CHECK: tile.slot %{{.*}}[%{{.*}}] : !tile.slots<2, tensor<64x64xbf16>> -> !tile.slot<fill, tensor<64x64xbf16>>
  %f = tile.slot %m[%s] : !tile.slots<2, tensor<64x64xbf16>> -> !tile.slot<fill, tensor<64x64xbf16>>
  // CHECK: tile.arrive %{{.*}}[%{{.*}}] {bytes = 8192 : i64} : !tile.barriers<2>
  tile.arrive %b[%s] {bytes = 8192 : i64} : !tile.barriers<2>
  // CHECK: tile.copy %{{.*}} dims = [0, 1] signals %{{.*}}[%{{.*}}] {bytes = 8192 : i64, descriptor = 0 : i64}
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] signals %b[%s] {bytes = 8192 : i64, descriptor = 0 : i64}
      : !tile.slot<fill, tensor<64x64xbf16>>, memref<?x64xbf16>, !tile.barriers<2>
  // CHECK: tile.clear %{{.*}} from %{{.*}} : !tile.slot<fill, tensor<64x64xbf16>>
  tile.clear %f from %c0 : !tile.slot<fill, tensor<64x64xbf16>>
  // CHECK: tile.fence
  tile.fence
  // CHECK: tile.blocks : i32, i32
  %block, %blocks = tile.blocks : i32, i32
  // CHECK: tile.extents : i32, i32, i32
  %nx, %ny, %nz = tile.extents : i32, i32, i32
  tile.yield
}
