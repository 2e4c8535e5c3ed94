// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-check-input --split-input-file --verify-diagnostics

// expected-error@+1 {{'func.func' op is not supported without a body}}
func.func private @declared(f32) -> f32

// -----

// expected-error@+1 {{'func.func' op is not supported with several blocks}}
func.func @blocks(%x: f32) -> f32 {
  cf.br ^next
^next:
  return %x : f32
}

// -----

// expected-error@+1 {{argument #0 of 'buffer' is not supported in an entry: expects a ranked tensor or a scalar, but got 'memref<4xf32>'}}
func.func @buffer(%x: memref<4xf32>) {
  return
}

// -----

// expected-error@+1 {{argument #0 of 'unranked' is not supported in an entry: expects a ranked tensor or a scalar, but got 'tensor<*xf32>'}}
func.func @unranked(%x: tensor<*xf32>) {
  return
}

// -----

// expected-error@+1 {{argument #1 of 'odd_integer' is not supported in an entry: expects a ranked tensor or a scalar, but got 'tensor<4xi7>'}}
func.func @odd_integer(%y: f32, %x: tensor<4xi7>) {
  return
}

// -----

// expected-error@+1 {{argument #0 of 'mask' is not supported in an entry: expects a ranked tensor or a scalar, but got '!attn.mask'}}
func.func @mask(%m: !attn.mask) {
  return
}

// -----

func.func @pad(%x: tensor<4xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{'tensor.pad' op is not supported in an entry: besides attn ops it may hold arith, math, linalg.generic, linalg.fill, and casts, reshapes and slices of tensors}}
  %y = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    %zero = arith.constant 0.0 : f32
    tensor.yield %zero : f32
  } : tensor<4xf32> to tensor<6xf32>
  return %y : tensor<6xf32>
}

// -----

func.func @callee() {
  return
}
func.func @call() {
  // expected-error@+1 {{'func.call' op is not supported in an entry: inline it first (--attn-inline)}}
  call @callee() : () -> ()
  return
}

// -----

func.func @loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{'scf.for' op is not supported in an entry}}
  scf.for %i = %c0 to %n step %c1 {
  }
  return
}

// -----

func.func @vector(%x: f32) {
  // expected-error@+1 {{'arith.constant' op is not supported in an entry with result #0 of type 'vector<4xf32>'}}
  %v = arith.constant dense<0.0> : vector<4xf32>
  return
}

// -----

func.func @windowed(%x: tensor<6xf32>, %z: tensor<3xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{'linalg.generic' op is not supported in an entry with map affine_map<(d0, d1) -> (d0 + d1)>: each operand is read or written along some of the axes}}
  %r = linalg.generic {
    indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>,
                     affine_map<(i, j) -> (i)>],
    iterator_types = ["parallel", "reduction"]
  } ins(%x, %z : tensor<6xf32>, tensor<3xf32>) outs(%y : tensor<4xf32>) {
  ^bb0(%a: f32, %c: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

func.func @reads_elsewhere(%x: tensor<4xf32>, %t: tensor<4xf32>) -> tensor<4xf32> {
  %r = linalg.generic {
    indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]
  } outs(%x : tensor<4xf32>) {
  ^bb0(%a: f32):
    %i = linalg.index 0 : index
    // expected-error@+1 {{'tensor.extract' op is not supported in the body of linalg.generic: only arith and math are}}
    %b = tensor.extract %t[%i] : tensor<4xf32>
    linalg.yield %b : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
