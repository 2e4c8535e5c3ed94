// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-check-input | FileCheck %s

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>

// CHECK-LABEL: @everything_allowed
func.func @everything_allowed(%q: !tokens, %k: !tokens, %v: !tokens, %bias: tensor<64xbf16>, %n: index, %x: f32,
                              %flag: i1) -> (!tokens, tensor<1x8x?xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %m = tensor.dim %q, %c2 : !tokens
  %empty = tensor.empty(%m) : !tokens
  // Elementwise, with an operand along one axis.
  %qb = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (d)>,
                     affine_map<(b, h, i, d) -> (b, h, i, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]
  } ins(%q, %bias : !tokens, tensor<64xbf16>) outs(%empty : !tokens) {
  ^bb0(%a: f32, %b: bf16, %c: f32):
    %e = arith.extf %b : bf16 to f32
    %t = math.tanh %a : f32
    %s = arith.addf %t, %e : f32
    linalg.yield %s : f32
  } -> !tokens
  %s = attn.score %qb, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %masked = attn.mask %s, %causal : !scores
  %w = attn.normalize %masked softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  // A reduction.
  %zero = arith.constant 0.0 : f32
  %rows = tensor.empty(%m) : tensor<1x8x?xf32>
  %none = linalg.fill ins(%zero : f32) outs(%rows : tensor<1x8x?xf32>) -> tensor<1x8x?xf32>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (b, h, i)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]
  } ins(%o : !tokens) outs(%none : tensor<1x8x?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %t = arith.addf %a, %acc : f32
    linalg.yield %t : f32
  } -> tensor<1x8x?xf32>
  %flat = tensor.collapse_shape %o [[0, 1], [2], [3]] : !tokens into tensor<8x?x64xf32>
  %first = tensor.extract_slice %flat[0, 0, 0] [1, 1, 64] [1, 1, 1] : tensor<8x?x64xf32> to tensor<64xf32>
  %exp = math.exp %o : !tokens
  return %exp, %sum : !tokens, tensor<1x8x?xf32>
}
