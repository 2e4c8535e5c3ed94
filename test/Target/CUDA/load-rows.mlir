// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where nothing is multiplied, neighbours of a row are read at once if base and strides allow it, all of a tile in a
// block of its own; elsewhere one by one, beside their use if the assembler likes.
// RUN: attn-opt %s --cuda-select-instructions=tables=warp --tile-to-nvvm | FileCheck %s

!rows = memref<?x64xf32, strided<[?, 1], offset: ?>>

// CHECK-LABEL: llvm.func @sums
// CHECK: scf.if %{{.*}} -> (f32, f32,
// CHECK-COUNT-16: llvm.load %{{.*}} : !llvm.ptr<1> -> vector<2xf32>
// CHECK-NOT: llvm.load
// CHECK: scf.yield
// CHECK: } else {
// CHECK-COUNT-32: llvm.load %{{.*}} : !llvm.ptr<1> -> f32
// CHECK: scf.yield
// CHECK-NOT: llvm.load
// CHECK: llvm.return
tile.kernel @sums(%from: !rows, %to: !rows)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !rows -> tensor<16x64xf32>
  %s = tile.reduce add %a dim 0 : tensor<16x64xf32> -> tensor<1x64xf32>
  tile.store %s, %to[%c0, %c0] dims = [0, 1] : tensor<1x64xf32>, !rows
  tile.yield
}

// A row that starts at an odd column has no such neighbours.
// CHECK-LABEL: llvm.func @odd
// CHECK-NOT: vector<2xf32>
// CHECK-COUNT-16: llvm.load %{{.*}} : !llvm.ptr<1> -> f32
// CHECK: llvm.return
tile.kernel @odd(%from: !rows, %to: !rows)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %a = tile.load %from[%c0, %c3] dims = [0, 1] : !rows -> tensor<16x32xf32>
  %s = tile.reduce add %a dim 0 : tensor<16x32xf32> -> tensor<1x32xf32>
  %t = tile.reduce add %s dim 1 : tensor<1x32xf32> -> tensor<1x1xf32>
  tile.store %t, %to[%c0, %c0] dims = [0, 1] : tensor<1x1xf32>, !rows
  tile.yield
}

// Beside a product registers are scarce.
// CHECK-LABEL: llvm.func @product
// CHECK-NOT: !llvm.ptr<1> -> vector<2xf32>
// CHECK: mma.sync
tile.kernel @product(%from: !rows, %to: memref<?x16xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !rows -> tensor<16x64xf32>
  %p = tile.mma %a, %a {transB} : tensor<16x64xf32>, tensor<16x64xf32> -> tensor<16x16xf32>
  tile.store %p, %to[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, memref<?x16xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
