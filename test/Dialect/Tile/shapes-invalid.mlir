// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tile.broadcast, tile.iota, tile.transpose, tile.shear and tile.solve refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @broadcast_c1_rows(%s: tensor<2x1xf32>) {
  // expected-error @below {{'tile.broadcast' op expects dim 0 of the source to be 1 or the result's 4, but got 2}}
  %r = tile.broadcast %s : tensor<2x1xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @broadcast_c1_columns(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.broadcast' op expects dim 1 of the source to be 1 or the result's 1, but got 8}}
  %r = tile.broadcast %s : tensor<4x8xf32> -> tensor<4x1xf32>
  return
}

// -----

func.func @broadcast_c2(%s: tensor<4x1xf32>) {
  // expected-error @below {{'tile.broadcast' op expects source and result to have one element type, but got 'f32' and 'f64'}}
  %r = tile.broadcast %s : tensor<4x1xf32> -> tensor<4x8xf64>
  return
}

// -----

func.func @broadcast_scalar(%s: f32) {
  // expected-error @below {{custom op 'tile.broadcast' invalid kind of type specified: expected builtin.tensor, but found 'f32'}}
  %r = tile.broadcast %s : f32 -> tensor<4x8xf32>
  return
}

// -----

func.func @broadcast_rank(%s: tensor<4xf32>) {
  // expected-error @below {{'tile.broadcast' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4xf32>'}}
  %r = tile.broadcast %s : tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @broadcast_dynamic(%s: tensor<4x1xf32>) {
  // expected-error @below {{'tile.broadcast' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4x?xf32>'}}
  %r = tile.broadcast %s : tensor<4x1xf32> -> tensor<4x?xf32>
  return
}

// -----

func.func @broadcast_empty(%s: tensor<4x1xf32>) {
  // expected-error @below {{'tile.broadcast' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4x0xf32>'}}
  %r = tile.broadcast %s : tensor<4x1xf32> -> tensor<4x0xf32>
  return
}

// -----

func.func @broadcast_complex(%s: tensor<4x1xcomplex<f32>>) {
  // expected-error @below {{'tile.broadcast' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4x1xcomplex<f32>>'}}
  %r = tile.broadcast %s : tensor<4x1xcomplex<f32>> -> tensor<4x8xcomplex<f32>>
  return
}

// -----

func.func @broadcast_type_missing(%s: tensor<4x1xf32>) {
  // expected-error @below {{expected '->'}}
  %r = tile.broadcast %s : tensor<4x1xf32>
  return
}

// -----

func.func @iota_c1(%i: index) {
  // expected-error @below {{'tile.iota' op expects dim to be 0 or 1, but got 2}}
  %r = tile.iota %i dim 2 : tensor<1x8xi32>
  return
}

// -----

func.func @iota_c1_negative(%i: index) {
  // expected-error @below {{'tile.iota' op expects dim to be 0 or 1, but got -1}}
  %r = tile.iota %i dim -1 : tensor<1x8xi32>
  return
}

// -----

func.func @iota_i64(%i: index) {
  // expected-error @below {{'tile.iota' op result #0 must be tile of i32, but got 'tensor<1x8xi64>'}}
  %r = tile.iota %i dim 1 : tensor<1x8xi64>
  return
}

// -----

func.func @iota_f32(%i: index) {
  // expected-error @below {{'tile.iota' op result #0 must be tile of i32, but got 'tensor<1x8xf32>'}}
  %r = tile.iota %i dim 1 : tensor<1x8xf32>
  return
}

// -----

func.func @iota_rank(%i: index) {
  // expected-error @below {{'tile.iota' op result #0 must be tile of i32, but got 'tensor<8xi32>'}}
  %r = tile.iota %i dim 0 : tensor<8xi32>
  return
}

// -----

// expected-note @below {{prior use here}}
func.func @iota_start_i32(%i: i32) {
  // expected-error @below {{use of value '%i' expects different type than prior uses: 'index' vs 'i32'}}
  %r = tile.iota %i dim 1 : tensor<1x8xi32>
  return
}

// -----

func.func @iota_start_missing() {
  // expected-error @below {{expected SSA operand}}
  %r = tile.iota dim 1 : tensor<1x8xi32>
  return
}

// -----

func.func @iota_dim_missing(%i: index) {
  // expected-error @below {{custom op 'tile.iota' expected 'dim'}}
  %r = tile.iota %i : tensor<1x8xi32>
  return
}

// -----

func.func @iota_dynamic(%i: index) {
  // expected-error @below {{'tile.iota' op result #0 must be tile of i32, but got 'tensor<1x?xi32>'}}
  %r = tile.iota %i dim 1 : tensor<1x?xi32>
  return
}

// -----

func.func @transpose_c1(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.transpose' op expects a result of shape 8x4, but got 4x8}}
  %r = tile.transpose %s : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @transpose_c2(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.transpose' op expects source and result to have one element type, but got 'f32' and 'f16'}}
  %r = tile.transpose %s : tensor<4x8xf32> -> tensor<8x4xf16>
  return
}

// -----

func.func @transpose_rank(%s: tensor<8xf32>) {
  // expected-error @below {{'tile.transpose' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<8xf32>'}}
  %r = tile.transpose %s : tensor<8xf32> -> tensor<8xf32>
  return
}

// -----

func.func @transpose_rank_three(%s: tensor<2x4x8xf32>) {
  // expected-error @below {{'tile.transpose' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<2x4x8xf32>'}}
  %r = tile.transpose %s : tensor<2x4x8xf32> -> tensor<8x4x2xf32>
  return
}

// -----

func.func @transpose_memref(%s: memref<4x8xf32>) {
  // expected-error @below {{custom op 'tile.transpose' invalid kind of type specified: expected builtin.tensor, but found 'memref<4x8xf32>'}}
  %r = tile.transpose %s : memref<4x8xf32> -> tensor<8x4xf32>
  return
}

// -----

func.func @transpose_vector(%s: vector<4x8xf32>) {
  // expected-error @below {{'tile.transpose' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'vector<4x8xf32>'}}
  %r = "tile.transpose"(%s) : (vector<4x8xf32>) -> vector<8x4xf32>
  return
}

// -----

func.func @transpose_two(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.transpose' op requires a single operand}}
  %r = "tile.transpose"(%s, %s) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @transpose_nothing() {
  // expected-error @below {{'tile.transpose' op requires a single operand}}
  %r = "tile.transpose"() : () -> tensor<8x4xf32>
  return
}

// -----

func.func @shear_c1(%s: tensor<4x8xf32>, %f: f32) {
  // expected-error @below {{'tile.shear' op expects no fill with inverse, but got one of 'f32'}}
  %r = tile.shear %s, %f : f32 {inverse} : tensor<4x8xf32> -> tensor<4x5xf32>
  return
}

// -----

func.func @shear_c2(%s: tensor<8x4xf32>) {
  // expected-error @below {{'tile.shear' op expects a source at least as wide as high with inverse, but got 8x4}}
  %r = tile.shear %s {inverse} : tensor<8x4xf32> -> tensor<8x1xf32>
  return
}

// -----

func.func @shear_c3(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.shear' op expects a fill of 'f32', but got none}}
  %r = tile.shear %s : tensor<4x8xf32> -> tensor<4x11xf32>
  return
}

// -----

func.func @shear_c4(%s: tensor<4x8xf32>, %f: f64) {
  // expected-error @below {{'tile.shear' op expects fill of type 'f32', but got 'f64'}}
  %r = tile.shear %s, %f : f64 : tensor<4x8xf32> -> tensor<4x11xf32>
  return
}

// -----

func.func @shear_c5(%s: tensor<4x8xf32>, %f: f32) {
  // expected-error @below {{'tile.shear' op expects a result of shape 4x11, but got 4x12}}
  %r = tile.shear %s, %f : f32 : tensor<4x8xf32> -> tensor<4x12xf32>
  return
}

// -----

func.func @shear_c5_inverse(%s: tensor<4x11xf32>) {
  // expected-error @below {{'tile.shear' op expects a result of shape 4x8, but got 4x11}}
  %r = tile.shear %s {inverse} : tensor<4x11xf32> -> tensor<4x11xf32>
  return
}

// -----

func.func @shear_c6(%s: tensor<4x8xf32>, %f: f32) {
  // expected-error @below {{'tile.shear' op expects source and result to have one element type, but got 'f32' and 'f64'}}
  %r = tile.shear %s, %f : f32 : tensor<4x8xf32> -> tensor<4x11xf64>
  return
}

// -----

func.func @shear_fill_tile(%s: tensor<4x8xf32>, %f: tensor<1x1xf32>) {
  // expected-error @below {{'tile.shear' op expects fill of type 'f32', but got 'tensor<1x1xf32>'}}
  %r = tile.shear %s, %f : tensor<1x1xf32> : tensor<4x8xf32> -> tensor<4x11xf32>
  return
}

// -----

func.func @shear_dynamic(%s: tensor<4x8xf32>, %f: f32) {
  // expected-error @below {{'tile.shear' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4x?xf32>'}}
  %r = tile.shear %s, %f : f32 : tensor<4x8xf32> -> tensor<4x?xf32>
  return
}

// -----

func.func @solve_c1(%a: tensor<4x8xf32>, %b: tensor<8x2xf32>) {
  // expected-error @below {{'tile.solve' op expects a to be square, but got 4x8}}
  %r = tile.solve %a, %b : tensor<4x8xf32>, tensor<8x2xf32>
  return
}

// -----

func.func @solve_c2(%a: tensor<4x4xf32>, %b: tensor<8x2xf32>) {
  // expected-error @below {{'tile.solve' op expects b to have as many rows as a, 4, but got 8}}
  %r = tile.solve %a, %b : tensor<4x4xf32>, tensor<8x2xf32>
  return
}

// -----

func.func @solve_c3(%a: tensor<4x4xf32>, %b: tensor<4x2xf64>) {
  // expected-error @below {{'tile.solve' op expects a and b to have one element type, but got 'f32' and 'f64'}}
  %r = tile.solve %a, %b : tensor<4x4xf32>, tensor<4x2xf64>
  return
}

// -----

func.func @solve_c4(%a: tensor<4x4xf32>, %b: tensor<4x2xf32>) {
  // expected-error @below {{'tile.solve' op failed to verify that all of {b, result} have same type}}
  %r = "tile.solve"(%a, %b) : (tensor<4x4xf32>, tensor<4x2xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @solve_bf16(%a: tensor<4x4xbf16>, %b: tensor<4x2xbf16>) {
  // expected-error @below {{'tile.solve' op operand #0 must be tile of f32 or f64, but got 'tensor<4x4xbf16>'}}
  %r = tile.solve %a, %b : tensor<4x4xbf16>, tensor<4x2xbf16>
  return
}

// -----

func.func @solve_integer(%a: tensor<4x4xi32>, %b: tensor<4x2xi32>) {
  // expected-error @below {{'tile.solve' op operand #0 must be tile of f32 or f64, but got 'tensor<4x4xi32>'}}
  %r = tile.solve %a, %b : tensor<4x4xi32>, tensor<4x2xi32>
  return
}

// -----

func.func @solve_rank(%a: tensor<4xf32>, %b: tensor<4x2xf32>) {
  // expected-error @below {{'tile.solve' op operand #0 must be tile of f32 or f64, but got 'tensor<4xf32>'}}
  %r = tile.solve %a, %b : tensor<4xf32>, tensor<4x2xf32>
  return
}

// -----

func.func @solve_one(%a: tensor<4x4xf32>) {
  // expected-error @below {{expected ','}}
  %r = tile.solve %a : tensor<4x4xf32>
  return
}

// -----

func.func @solve_flag(%a: tensor<4x4xf32>, %b: tensor<4x2xf32>) {
  // expected-error @below {{custom op 'tile.solve' 'tile.solve' op attribute 'trans' failed to satisfy constraint: unit attribute}}
  %r = tile.solve %a, %b {trans = 1 : i32} : tensor<4x4xf32>, tensor<4x2xf32>
  return
}
