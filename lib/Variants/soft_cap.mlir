// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Soft-capped scores, causal: no score exceeds the cap in magnitude.
// Formula: s'_ij = c tanh(q_i·k_j / (c √D)), c = 50.
// Source: Gemma Team, "Gemma 2: Improving Open Language Models at a Practical Size", 2024, arXiv:2408.00118.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @soft_cap(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %sc = attn.modify %s : (!scores) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %y = attn.softcap %x, 5.000000e+01 : f32
    attn.yield %y : f32
  }
  %causal = attn.causal
  %sm = attn.mask %sc, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
