// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Accumulated attention per key, as the eviction score of a cache: the output and the column sums of its weights.
// Formula: P = softmax(Q Kᵀ / √D), causal; O = P V; a_j = Σ_i P_ij.
// Source: Zhang et al., "H2O: Heavy-Hitter Oracle for Efficient Generative Inference of Large Language Models", 2023,
// arXiv:2306.14048.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @column_sums(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %sums = attn.reduce %w column_sum : (!weights) -> tensor<?x?x?xf32>
  return %o, %sums : !tokens, tensor<?x?x?xf32>
}
