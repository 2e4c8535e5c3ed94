// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt --attn-to-tile --split-input-file --verify-diagnostics %s

func.func @open_dimension(%x: tensor<?x4xf32>, %n: index) -> tensor<?x4xf32> {
  // expected-error @below {{expects a constant dimension of 'tensor<?x4xf32>'}}
  %m = tensor.dim %x, %n : tensor<?x4xf32>
  %y = tensor.empty(%m) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @no_such_dimension(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c2 = arith.constant 2 : index
  // expected-error @below {{expects a constant dimension of 'tensor<?x4xf32>'}}
  %m = tensor.dim %x, %c2 : tensor<?x4xf32>
  %y = tensor.empty(%m) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @index_elements(%x: tensor<4xi32>) -> tensor<4xindex> {
  // expected-error @below {{expects tensors of numbers of a known width, but got 'tensor<4xindex>'}}
  %y = arith.index_cast %x : tensor<4xi32> to tensor<4xindex>
  return %y : tensor<4xindex>
}

// -----

func.func @table_of_values(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // expected-error @below {{expects a constant tensor of one value}}
  %c = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %y = arith.addf %x, %c : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#one = affine_map<(i, j) -> (i)>
func.func @result_without_a_loop(%x: tensor<4x4xf32>, %a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects results that run over every parallel loop once}}
  %y = linalg.generic {indexing_maps = [#all, #one], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x4xf32>) outs(%a : tensor<4xf32>) {
  ^bb0(%e: f32, %o: f32):
    linalg.yield %e : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

#rows = affine_map<(i, j) -> (i)>
#cols = affine_map<(i, j) -> (j)>
func.func @results_of_two_loops(%a: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // expected-error @below {{expects results that run over every parallel loop once}}
  %y:2 = linalg.generic {indexing_maps = [#rows, #cols], iterator_types = ["parallel", "reduction"]}
      outs(%a, %b : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%e: f32, %o: f32):
    linalg.yield %e, %o : f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>)
  return %y#0, %y#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

!t = tensor<1x1x128x64xf32>
func.func @computed_table(%q: !t, %counts: tensor<1x1x2xi32>, %indices: tensor<1x1x2x1xi32>) -> !t {
  %twice = arith.addi %counts, %counts : tensor<1x1x2xi32>
  %mask = attn.blocks %twice, %indices block(64, 64) : tensor<1x1x2xi32>, tensor<1x1x2x1xi32>
  // expected-error @below {{expects its block table to be an argument of the entry, but got 'arith.addi at}}
  %o = attn.attend terms(%q, %q) values(%q) mask(%mask) normalize softmax results(output)
    : (!t, !t, !t, !attn.mask) -> !t
  return %o : !t
}
