// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and rewrites of the ops that make tiles from tiles.
// RUN: attn-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func @broadcast_to_itself_goes
func.func @broadcast_to_itself_goes(%s: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NEXT: return
  %r = tile.broadcast %s : tensor<4x8xf32> -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// CHECK-LABEL: func @broadcast_of_constant_is_constant
func.func @broadcast_of_constant_is_constant() -> tensor<4x8xf32> {
  // CHECK-NEXT: arith.constant dense<2.000000e+00> : tensor<4x8xf32>
  // CHECK-NEXT: return
  %s = arith.constant dense<2.0> : tensor<4x1xf32>
  %r = tile.broadcast %s : tensor<4x1xf32> -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// CHECK-LABEL: func @broadcast_of_different_constants_stays
func.func @broadcast_of_different_constants_stays() -> tensor<2x8xf32> {
  // CHECK: tile.broadcast
  %s = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %r = tile.broadcast %s : tensor<2x1xf32> -> tensor<2x8xf32>
  return %r : tensor<2x8xf32>
}

// CHECK-LABEL: func @broadcasts_are_one
func.func @broadcasts_are_one(%s: tensor<1x1xf32>) -> tensor<4x8xf32> {
  // CHECK-NEXT: tile.broadcast %{{.*}} : tensor<1x1xf32> -> tensor<4x8xf32>
  // CHECK-NEXT: return
  %c = tile.broadcast %s : tensor<1x1xf32> -> tensor<4x1xf32>
  %r = tile.broadcast %c : tensor<4x1xf32> -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// CHECK-LABEL: func @transposes_cancel
func.func @transposes_cancel(%s: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NEXT: return
  %t = tile.transpose %s : tensor<4x8xf32> -> tensor<8x4xf32>
  %r = tile.transpose %t : tensor<8x4xf32> -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// CHECK-LABEL: func @transpose_of_constant_is_constant
func.func @transpose_of_constant_is_constant() -> tensor<8x4xi32> {
  // CHECK-NEXT: arith.constant dense<3> : tensor<8x4xi32>
  // CHECK-NEXT: return
  %s = arith.constant dense<3> : tensor<4x8xi32>
  %r = tile.transpose %s : tensor<4x8xi32> -> tensor<8x4xi32>
  return %r : tensor<8x4xi32>
}

// CHECK-LABEL: func @reduce_of_one_is_that_one
func.func @reduce_of_one_is_that_one(%s: tensor<4x1xf32>) -> (tensor<4x1xf32>, tensor<4x1xf32>) {
  // CHECK-NEXT: return
  %r = tile.reduce max %s dim 1 : tensor<4x1xf32> -> tensor<4x1xf32>
  %c = tile.reduce %s dim 1 : tensor<4x1xf32> -> tensor<4x1xf32> {
  ^bb0(%x: f32, %y: f32):
    %z = arith.mulf %x, %y : f32
    tile.yield %z : f32
  }
  return %r, %c : tensor<4x1xf32>, tensor<4x1xf32>
}

// CHECK-LABEL: func @reduce_of_many_stays
func.func @reduce_of_many_stays(%s: tensor<4x1xf32>) -> tensor<1x1xf32> {
  // CHECK-NEXT: tile.reduce max
  %r = tile.reduce max %s dim 0 : tensor<4x1xf32> -> tensor<1x1xf32>
  return %r : tensor<1x1xf32>
}

// CHECK-LABEL: func @scan_of_one_is_that_one
func.func @scan_of_one_is_that_one(%s: tensor<4x1xf32>) -> tensor<4x1xf32> {
  // CHECK-NEXT: return
  %r = tile.scan add %s dim 1 {reverse} : tensor<4x1xf32>
  return %r : tensor<4x1xf32>
}

// CHECK-LABEL: func @exclusive_scan_of_one_stays
func.func @exclusive_scan_of_one_stays(%s: tensor<4x1xf32>) -> tensor<4x1xf32> {
  // CHECK-NEXT: tile.scan
  %r = tile.scan add %s dim 1 {exclusive} : tensor<4x1xf32>
  return %r : tensor<4x1xf32>
}

// CHECK-LABEL: func @shear_back_cancels
func.func @shear_back_cancels(%s: tensor<4x8xf32>, %f: f32) -> tensor<4x8xf32> {
  // CHECK-NEXT: return
  %d = tile.shear %s, %f : f32 : tensor<4x8xf32> -> tensor<4x11xf32>
  %r = tile.shear %d {inverse} : tensor<4x11xf32> -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// CHECK-LABEL: func @shear_forth_stays
func.func @shear_forth_stays(%s: tensor<4x11xf32>, %f: f32) -> tensor<4x11xf32> {
  // CHECK-NEXT: tile.shear
  // CHECK-NEXT: tile.shear
  %d = tile.shear %s {inverse} : tensor<4x11xf32> -> tensor<4x8xf32>
  %r = tile.shear %d, %f : f32 : tensor<4x8xf32> -> tensor<4x11xf32>
  return %r : tensor<4x11xf32>
}

// CHECK-LABEL: func @mma_takes_transposes_in
func.func @mma_takes_transposes_in(%a: tensor<8x4xf32>, %b: tensor<2x8xf32>) -> tensor<4x2xf32> {
  // CHECK-NEXT: tile.mma %{{.*}}, %{{.*}} {transA, transB} : tensor<8x4xf32>, tensor<2x8xf32> -> tensor<4x2xf32>
  %s = tile.transpose %a : tensor<8x4xf32> -> tensor<4x8xf32>
  %t = tile.transpose %b : tensor<2x8xf32> -> tensor<8x2xf32>
  %r = tile.mma %s, %t : tensor<4x8xf32>, tensor<8x2xf32> -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// CHECK-LABEL: func @mma_undoes_a_flag
func.func @mma_undoes_a_flag(%a: tensor<4x8xf32>, %b: tensor<8x2xf32>) -> tensor<4x2xf32> {
  // CHECK-NEXT: tile.mma %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8x2xf32> -> tensor<4x2xf32>
  %t = tile.transpose %b : tensor<8x2xf32> -> tensor<2x8xf32>
  %r = tile.mma %a, %t {transB} : tensor<4x8xf32>, tensor<2x8xf32> -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// CHECK-LABEL: func @mma_drops_zero
func.func @mma_drops_zero(%a: tensor<4x8xf32>, %b: tensor<8x2xf32>) -> tensor<4x2xf32> {
  // CHECK-NEXT: tile.mma %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8x2xf32> -> tensor<4x2xf32>
  %c = arith.constant dense<0.0> : tensor<4x2xf32>
  %r = tile.mma %a, %b, %c : tensor<4x8xf32>, tensor<8x2xf32>, tensor<4x2xf32> -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// CHECK-LABEL: func @mma_keeps_one
func.func @mma_keeps_one(%a: tensor<4x8xf32>, %b: tensor<8x2xf32>) -> tensor<4x2xf32> {
  // CHECK: tile.mma %{{.*}}, %{{.*}}, %{{.*}} :
  %c = arith.constant dense<1.0> : tensor<4x2xf32>
  %r = tile.mma %a, %b, %c : tensor<4x8xf32>, tensor<8x2xf32>, tensor<4x2xf32> -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// -----

// An op may read its own result outside functions: no fold goes round for ever.
// CHECK: tile.broadcast
// CHECK: tile.transpose
// CHECK: tile.shear
// CHECK: tile.mma
%b = tile.broadcast %b : tensor<3x3xf32> -> tensor<3x3xf32>
%t = tile.transpose %t : tensor<3x3xf32> -> tensor<3x3xf32>
%t0 = tile.transpose %t1 : tensor<3x3xf32> -> tensor<3x3xf32>
%t1 = tile.transpose %t0 : tensor<3x3xf32> -> tensor<3x3xf32>
%r = tile.reduce add %r dim 0 : tensor<1x3xf32> -> tensor<1x3xf32>
%s = tile.scan add %s dim 0 : tensor<1x3xf32>
%f = arith.constant 0.0 : f32
%u = tile.shear %v, %f : f32 : tensor<1x3xf32> -> tensor<1x3xf32>
%v = tile.shear %u {inverse} : tensor<1x3xf32> -> tensor<1x3xf32>
%m = tile.mma %t, %t : tensor<3x3xf32>, tensor<3x3xf32> -> tensor<3x3xf32>
%i = arith.constant 0 : index
%d = memref.alloc() : memref<3x3xf32>
tile.store %b, %d[%i, %i] dims = [0, 1] : tensor<3x3xf32>, memref<3x3xf32>
tile.store %m, %d[%i, %i] dims = [0, 1] : tensor<3x3xf32>, memref<3x3xf32>
tile.store %t1, %d[%i, %i] dims = [0, 1] : tensor<3x3xf32>, memref<3x3xf32>
tile.store %r, %d[%i, %i] dims = [0, 1] : tensor<1x3xf32>, memref<3x3xf32>
tile.store %s, %d[%i, %i] dims = [0, 1] : tensor<1x3xf32>, memref<3x3xf32>
tile.store %v, %d[%i, %i] dims = [0, 1] : tensor<1x3xf32>, memref<3x3xf32>
