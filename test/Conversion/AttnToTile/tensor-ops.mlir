// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops outside of planes: a kernel for each result that is read from a buffer; views and single uses are made in place.
// RUN: attn-opt --attn-to-tile --canonicalize --cse %s | FileCheck %s

// CHECK-LABEL: tile.kernel @in_place_mulf
// CHECK: %[[X:.*]] = tile.load {{.*}} dims = [1, 2] : {{.*}} -> tensor<16x256xf32>
// CHECK: %[[SUM:.*]] = arith.addf %[[X]], %[[X]]
// CHECK: %[[RESULT:.*]] = arith.mulf %[[SUM]], %{{.*}} : tensor<16x256xf32>
// CHECK: tile.store %[[RESULT]], {{.*}} dims = [1, 2]
// CHECK-NOT: tile.kernel
// CHECK-LABEL: launch.entry @in_place
func.func @in_place(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %a = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %b = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %c = tensor.dim %x, %c2 : tensor<?x?x?xf32>
  %half = arith.constant 0.5 : f32
  %empty = tensor.empty(%a, %b, %c) : tensor<?x?x?xf32>
  %halves = linalg.fill ins(%half : f32) outs(%empty : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %sum = arith.addf %x, %x : tensor<?x?x?xf32>
  %y = arith.mulf %sum, %halves : tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// CHECK-LABEL: tile.kernel @rows_generic
// CHECK: scf.for {{.*}} -> (tensor<1x3xf32>)
// CHECK:   tile.load {{.*}} dims = [-1, 0] : {{.*}} -> tensor<1x3xf32>
// CHECK:   arith.addf
// CHECK: tile.store {{.*}} dims = [-1, 0] : tensor<1x3xf32>
func.func @rows(%x: tensor<3x70xf32>, %init: tensor<3xf32>) -> tensor<3xf32> {
  %sums = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]} ins(%x : tensor<3x70xf32>) outs(%init : tensor<3xf32>) {
  ^bb0(%e: f32, %sum: f32):
    %next = arith.addf %sum, %e : f32
    linalg.yield %next : f32
  } -> tensor<3xf32>
  return %sums : tensor<3xf32>
}
