// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-generalise --split-input-file | FileCheck %s

// CHECK: #[[IN:.+]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: @transposed
// CHECK: linalg.generic {indexing_maps = [#[[IN]], {{.*}}], iterator_types = ["parallel", "parallel"]}
// CHECK: linalg.yield %{{.*}} : bf16
func.func @transposed(%x: tensor<?x4xbf16>, %e: tensor<4x?xbf16>) -> tensor<4x?xbf16> {
  %y = linalg.transpose ins(%x : tensor<?x4xbf16>) outs(%e : tensor<4x?xbf16>) permutation = [1, 0]
  return %y : tensor<4x?xbf16>
}

// -----

// CHECK-LABEL: @product
// CHECK: %[[ZERO:.*]] = linalg.fill
// CHECK: linalg.generic {{.*}}"reduction"]} ins({{.*}}) outs(%[[ZERO]]
// CHECK: arith.mulf
func.func @product(%x: tensor<?x4xf32>, %y: tensor<4x8xf32>, %e: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c = arith.constant 0.0 : f32
  %zero = linalg.fill ins(%c : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  %z = linalg.matmul ins(%x, %y : tensor<?x4xf32>, tensor<4x8xf32>) outs(%zero : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: @reduced
// CHECK: linalg.generic
// CHECK: linalg.generic
// CHECK-NOT: linalg.broadcast
func.func @reduced(%x: tensor<?x4xf32>, %e: tensor<?xf32>, %w: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %s = linalg.reduce {arith.maximumf} ins(%x : tensor<?x4xf32>) outs(%e : tensor<?xf32>) dimensions = [1]
  %y = linalg.broadcast ins(%s : tensor<?xf32>) outs(%w : tensor<?x4xf32>) dimensions = [1]
  return %y : tensor<?x4xf32>
}

// -----

// Buffers are none of its business, nor ops without loops.
// CHECK-LABEL: @kept
// CHECK: linalg.copy
// CHECK: linalg.softmax
func.func @kept(%a: memref<4xf32>, %b: memref<4xf32>, %x: tensor<2x4xf32>, %e: tensor<2x4xf32>) -> tensor<2x4xf32> {
  linalg.copy ins(%a : memref<4xf32>) outs(%b : memref<4xf32>)
  %y = linalg.softmax dimension(1) ins(%x : tensor<2x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
