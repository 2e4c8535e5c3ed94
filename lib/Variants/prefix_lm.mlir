// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prefix language model: full attention within a prefix per batch entry, causal after it.
// Formula: softmax over j ≤ i ∨ j < p_b.
// Source: Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", 2019,
// arXiv:1910.10683.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @prefix_lm(%q: !tokens, %k: !tokens, %v: !tokens, %prefix: tensor<?xi32>) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %before = attn.prefix %prefix : tensor<?xi32>
  %causal = attn.causal
  %mask = attn.or %causal, %before
  %sm = attn.mask %s, %mask : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
