// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of the ops that make tiles from tiles.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: func @mma
func.func @mma(%a: tensor<4x8xbf16>, %b: tensor<8x2xbf16>, %c: tensor<4x2xf32>, %d: tensor<8x8xf64>) {
  // CHECK: tile.mma %{{.*}}, %{{.*}} : tensor<4x8xbf16>, tensor<8x2xbf16> -> tensor<4x2xf32>
  %0 = tile.mma %a, %b : tensor<4x8xbf16>, tensor<8x2xbf16> -> tensor<4x2xf32>
  // CHECK: tile.mma %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x8xbf16>, tensor<8x2xbf16>, tensor<4x2xf32> -> tensor<4x2xf32>
  %1 = tile.mma %a, %b, %c : tensor<4x8xbf16>, tensor<8x2xbf16>, tensor<4x2xf32> -> tensor<4x2xf32>
  // CHECK: tile.mma %{{.*}}, %{{.*}} {transA, transB} : tensor<8x2xbf16>, tensor<4x8xbf16> -> tensor<2x4xf32>
  %2 = tile.mma %b, %a {transA, transB} : tensor<8x2xbf16>, tensor<4x8xbf16> -> tensor<2x4xf32>
  // CHECK: tile.mma %{{.*}}, %{{.*}} {mine} : tensor<8x8xf64>, tensor<8x8xf64> -> tensor<8x8xf64>
  %3 = tile.mma %d, %d {mine} : tensor<8x8xf64>, tensor<8x8xf64> -> tensor<8x8xf64>
  return
}

// CHECK-LABEL: func @reduce_and_scan
func.func @reduce_and_scan(%s: tensor<4x8xf32>, %i: tensor<4x8xi64>) {
  // CHECK: tile.reduce max %{{.*}} dim 1 : tensor<4x8xf32> -> tensor<4x1xf32>
  %0 = tile.reduce max %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf32>
  // CHECK: tile.reduce add %{{.*}} dim 0 {mine} : tensor<4x8xi64> -> tensor<1x8xi64>
  %1 = tile.reduce add %i dim 0 {mine} : tensor<4x8xi64> -> tensor<1x8xi64>
  // CHECK: tile.reduce %{{.*}} dim 1 {mine} : tensor<4x8xf32> -> tensor<4x1xf32> {
  // CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32):
  // CHECK-NEXT: %[[Z:.*]] = arith.mulf %[[X]], %[[Y]] : f32
  // CHECK-NEXT: tile.yield %[[Z]] : f32
  %2 = tile.reduce %s dim 1 {mine} : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%x: f32, %y: f32):
    %z = arith.mulf %x, %y : f32
    tile.yield %z : f32
  }
  // CHECK: tile.scan add %{{.*}} dim 0 : tensor<4x8xf32>
  %3 = tile.scan add %s dim 0 : tensor<4x8xf32>
  // CHECK: tile.scan mul %{{.*}} dim 1 {exclusive, mine, reverse} : tensor<4x8xi64>
  %4 = tile.scan mul %i dim 1 {exclusive, reverse, mine} : tensor<4x8xi64>
  // CHECK: tile.scan min %{{.*}} dim 1 {reverse} : tensor<4x8xf32>
  %5 = tile.scan min %s dim 1 {reverse} : tensor<4x8xf32>
  return
}

// CHECK-LABEL: func @shapes
func.func @shapes(%s: tensor<4x1xf32>, %p: tensor<4x8xf32>, %i: index, %f: f32, %a: tensor<4x4xf64>, %b: tensor<4x2xf64>) {
  // CHECK: tile.broadcast %{{.*}} : tensor<4x1xf32> -> tensor<4x8xf32>
  %0 = tile.broadcast %s : tensor<4x1xf32> -> tensor<4x8xf32>
  // CHECK: tile.iota %{{.*}} dim 1 : tensor<1x8xi32>
  %1 = tile.iota %i dim 1 : tensor<1x8xi32>
  // CHECK: tile.iota %{{.*}} dim 0 {mine} : tensor<4x8xi32>
  %2 = tile.iota %i dim 0 {mine} : tensor<4x8xi32>
  // CHECK: tile.transpose %{{.*}} : tensor<4x8xf32> -> tensor<8x4xf32>
  %3 = tile.transpose %p : tensor<4x8xf32> -> tensor<8x4xf32>
  // CHECK: %[[D:.*]] = tile.shear %{{.*}}, %{{.*}} : f32 {mine} : tensor<4x8xf32> -> tensor<4x11xf32>
  %4 = tile.shear %p, %f : f32 {mine} : tensor<4x8xf32> -> tensor<4x11xf32>
  // CHECK: tile.shear %[[D]] {inverse} : tensor<4x11xf32> -> tensor<4x8xf32>
  %5 = tile.shear %4 {inverse} : tensor<4x11xf32> -> tensor<4x8xf32>
  // CHECK: tile.solve %{{.*}}, %{{.*}} : tensor<4x4xf64>, tensor<4x2xf64>
  %6 = tile.solve %a, %b : tensor<4x4xf64>, tensor<4x2xf64>
  // CHECK: tile.solve %{{.*}}, %{{.*}} {trans} : tensor<4x4xf64>, tensor<4x2xf64>
  %7 = tile.solve %a, %b {trans} : tensor<4x4xf64>, tensor<4x2xf64>
  return
}
