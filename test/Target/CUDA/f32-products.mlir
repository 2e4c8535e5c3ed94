// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each step of an f32 product is three instructions into a sum of its own, which is then added in f32: the instruction would
// cut off a long sum, and does not round it.
// RUN: attn-opt %s --cuda-select-instructions=tables=warp --tile-to-nvvm | FileCheck %s

!rows = memref<16x8xf32>

// CHECK-LABEL: llvm.func @product
// CHECK: mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
// CHECK: mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
// CHECK: mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
// CHECK-NOT: mma.sync
// CHECK-COUNT-4: arith.addf
// CHECK: mma.sync
tile.kernel @product(%from: !rows, %to: memref<16x16xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !rows -> tensor<16x8xf32>
  %p = tile.mma %a, %a {transB} : tensor<16x8xf32>, tensor<16x8xf32> -> tensor<16x16xf32>
  tile.store %p, %to[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, memref<16x16xf32>
  tile.yield
}
