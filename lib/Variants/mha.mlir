// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multi-head attention.
// Formula: O = softmax(Q Kᵀ / √D) V, every query head with a key and value head of its own.
// Source: Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @mha(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
