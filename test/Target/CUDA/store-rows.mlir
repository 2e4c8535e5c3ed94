// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neighbours of a row are written at once where base and strides allow it, also where an index says where the row
// lies; not where each element has an index of its own.
// RUN: attn-opt %s --tile-to-nvvm | FileCheck %s

!from = memref<?x64xf32, strided<[?, 1], offset: ?>>
!to = memref<?x?x64xf32, strided<[?, ?, 1], offset: ?>>

// CHECK-LABEL: llvm.func @rows
// CHECK-COUNT-16: llvm.store %{{.*}} : vector<2xf32>, !llvm.ptr<1>
// CHECK: } else {
// CHECK-COUNT-32: llvm.store %{{.*}} : f32, !llvm.ptr<1>
// CHECK-NOT: llvm.store
// CHECK: llvm.return
tile.kernel @rows(%from: !from, %which: memref<?xi32>, %to: !to)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !from -> tensor<16x64xf32>
  %w = tile.load %which[%c0] dims = [0, -1] : memref<?xi32> -> tensor<16x1xi32>
  tile.store %a, %to[%c0, %c0, %c0] dims = [-1, 2] index [1](%w : tensor<16x1xi32>) : tensor<16x64xf32>, !to
  tile.yield
}

// CHECK-LABEL: llvm.func @elements
// CHECK-NOT: vector<2xf32>, !llvm.ptr<1>
// CHECK: llvm.return
tile.kernel @elements(%from: !from, %to: !to)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !from -> tensor<16x64xf32>
  %w = tile.iota %c0 dim 1 : tensor<16x64xi32>
  tile.store %a, %to[%c0, %c0, %c0] dims = [-1, 2] index [1](%w : tensor<16x64xi32>) : tensor<16x64xf32>, !to
  tile.yield
}
