// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops around an attend: gates, arithmetic, slices, reshapes, reductions, before and after it.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// DEFINE: %{around} = %{run} --entry=around --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// DEFINE:    --arg shape=2x2x70x16:f32:normal --arg shape=2x2x70:f32:normal --arg 0.5:f32
// DEFINE: %{moved} = %{run} --entry=moved --arg shape=2x5x300x16:f32:normal --arg shape=2x20x3x4:f32:normal
// DEFINE: %{reduced} = %{run} --entry=reduced --arg shape=3x70x40:f32:normal --arg shape=40:f32:normal
// RUN: %{around}
// RUN: %{moved}
// RUN: %{reduced}

// REDEFINE: %{backend} = cpu
// RUN: %{around}
// RUN: %{moved}
// RUN: %{reduced}

!tokens = tensor<?x?x?x16xf32>

// Root-mean-square normalized queries, gated values, a residual behind.
func.func @around(%q: !tokens, %k: !tokens, %v: !tokens, %g: tensor<?x?x?xf32>, %scale: f32) -> !tokens {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %q, %c0 : !tokens
  %h = tensor.dim %q, %c1 : !tokens
  %m = tensor.dim %q, %c2 : !tokens
  %rows = tensor.empty(%b, %h, %m) : tensor<?x?x?xf32>
  %none = linalg.fill ins(%zero : f32) outs(%rows : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %squares = linalg.generic {
      indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (b, h, i)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q : !tokens) outs(%none : tensor<?x?x?xf32>) {
  ^bb0(%x: f32, %sum: f32):
    %square = arith.mulf %x, %x : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<?x?x?xf32>
  %factors = math.rsqrt %squares : tensor<?x?x?xf32>
  %qn = attn.gate %q, %factors dims(b, h, t) domain = linear : (!tokens, tensor<?x?x?xf32>) -> !tokens
  %vg = attn.gate %v, %g dims(b, h, t) domain = log : (!tokens, tensor<?x?x?xf32>) -> !tokens
  %o = attn.attend terms(%qn, %k) values(%vg) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens) -> !tokens
  %empty = tensor.empty(%b, %h, %m) : !tokens
  %residual = linalg.generic {
      indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (b, h, i, d)>,
                       affine_map<(b, h, i, d) -> (b, h, i, d)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%o, %q : !tokens, !tokens) outs(%empty : !tokens) {
  ^bb0(%x: f32, %y: f32, %unused: f32):
    %scaled = arith.mulf %y, %scale : f32
    %sum = arith.addf %x, %scaled : f32
    linalg.yield %sum : f32
  } -> !tokens
  return %residual : !tokens
}

func.func @moved(%x: tensor<2x5x300x16xf32>, %y: tensor<?x20x3x4xf32>)
    -> (tensor<2x5x100x8xf32>, tensor<2x5x300x16xf32>, tensor<?x4x5x12xf32>) {
  %slice = tensor.extract_slice %x[0, 0, 20, 1] [2, 5, 100, 8] [1, 1, 2, 2]
    : tensor<2x5x300x16xf32> to tensor<2x5x100x8xf32>
  %twice = arith.addf %slice, %slice : tensor<2x5x100x8xf32>
  %back = tensor.insert_slice %twice into %x[0, 0, 7, 3] [2, 5, 100, 8] [1, 1, 1, 1]
    : tensor<2x5x100x8xf32> into tensor<2x5x300x16xf32>
  %flat = tensor.collapse_shape %y [[0, 1], [2, 3]] : tensor<?x20x3x4xf32> into tensor<?x12xf32>
  %c0 = arith.constant 0 : index
  %b = tensor.dim %y, %c0 : tensor<?x20x3x4xf32>
  %split = tensor.expand_shape %flat [[0, 1, 2], [3]] output_shape [%b, 4, 5, 12]
    : tensor<?x12xf32> into tensor<?x4x5x12xf32>
  return %twice, %back, %split : tensor<2x5x100x8xf32>, tensor<2x5x300x16xf32>, tensor<?x4x5x12xf32>
}

// A product with a vector over the middle loop, its transpose, and a sum of everything.
func.func @reduced(%a: tensor<3x70x40xf32>, %x: tensor<40xf32>) -> (tensor<70x3xf32>, tensor<f32>) {
  %half = arith.constant dense<0.5> : tensor<70x3xf32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, k, j) -> (i, j, k)>, affine_map<(i, k, j) -> (k)>,
                       affine_map<(i, k, j) -> (j, i)>],
      iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%a, %x : tensor<3x70x40xf32>, tensor<40xf32>) outs(%half : tensor<70x3xf32>) {
  ^bb0(%p: f32, %s: f32, %sum: f32):
    %k = linalg.index 1 : index
    %i = arith.index_cast %k : index to i32
    %n = arith.sitofp %i : i32 to f32
    %w = arith.mulf %s, %n : f32
    %product = arith.mulf %p, %w : f32
    %next = arith.addf %sum, %product : f32
    linalg.yield %next : f32
  } -> tensor<70x3xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %total = linalg.generic {
      indexing_maps = [affine_map<(j, i) -> (j, i)>, affine_map<(j, i) -> ()>],
      iterator_types = ["reduction", "reduction"]} ins(%y : tensor<70x3xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%p: f32, %sum: f32):
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  } -> tensor<f32>
  return %y, %total : tensor<70x3xf32>, tensor<f32>
}
