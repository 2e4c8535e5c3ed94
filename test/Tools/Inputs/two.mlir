// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two entries: one takes a slope per head, the other a cap that is written down.

!tokens = tensor<?x?x?x16xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @plain(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

func.func @sloped(%q: !tokens, %k: !tokens, %v: !tokens, %slopes: tensor<2xf32>) -> (!tokens, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %b = attn.modify %s, %slopes : (!scores, tensor<2xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<2xf32>):
    %slope = attn.lookup %m[%h] : !attn.captured<2xf32>
    %d = attn.distance %j, %i : f32
    %bias = arith.mulf %slope, %d : f32
    %y = arith.addf %x, %bias : f32
    attn.yield %y : f32
  }
  %w, %lse = attn.normalize %b softmax : (!scores) -> (!weights, tensor<?x?x?xf32>)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %lse : !tokens, tensor<?x?x?xf32>
}
