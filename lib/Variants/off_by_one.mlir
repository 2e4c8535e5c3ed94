// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Off-by-one softmax, causal: the row's sum has one more term of score 0, so that a head may attend to nothing.
// Formula: w_ij = e^{s_ij} / (1 + Σ_l e^{s_il}).
// Source: Miller, "Attention Is Off By One", 2023.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @off_by_one(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm off_by_one : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
