// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An attend whose query is made by linalg.generic of tokens, a vector and a scalar.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// DEFINE: %{rest} = --arg shape=32:f32:normal --arg 0.5:f32
// RUN: %{run} --arg shape=2x3x17x32:f32:normal --arg shape=2x3x70x32:f32:normal --arg shape=2x3x70x32:f32:normal \
// RUN:   %{rest}
// RUN: %{run} --arg shape=2x3x0x32:f32:normal --arg shape=2x3x7x32:f32:normal --arg shape=2x3x7x32:f32:normal %{rest}
// RUN: %{run} --arg shape=2x3x5x32:f32:normal --arg shape=2x3x0x32:f32:normal --arg shape=2x3x0x32:f32:normal %{rest}
// RUN: %{run} --arg shape=0x3x5x32:f32:normal --arg shape=0x3x7x32:f32:normal --arg shape=0x3x7x32:f32:normal %{rest}

!tokens = tensor<?x?x?x32xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func @prologue(%q: !tokens, %k: !tokens, %v: !tokens, %bias: tensor<32xf32>, %x: f32) -> !tokens {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %q, %c0 : !tokens
  %h = tensor.dim %q, %c1 : !tokens
  %m = tensor.dim %q, %c2 : !tokens
  %empty = tensor.empty(%b, %h, %m) : !tokens
  %qb = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (d)>,
                     affine_map<(b, h, i, d) -> ()>, affine_map<(b, h, i, d) -> (b, h, i, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]
  } ins(%q, %bias, %x : !tokens, tensor<32xf32>, f32) outs(%empty : !tokens) {
  ^bb0(%a: f32, %e: f32, %f: f32, %c: f32):
    %t = math.tanh %a : f32
    %s = arith.addf %t, %e : f32
    %r = arith.mulf %s, %f : f32
    linalg.yield %r : f32
  } -> !tokens
  %s = attn.score %qb, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %masked = attn.mask %s, %causal : !scores
  %w = attn.normalize %masked softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
