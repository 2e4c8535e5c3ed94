// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention per distance, the statistic by which vertical-slash sparsity picks its slashes.
// Formula: P = softmax(Q Kᵀ / √D), causal; O = P V; d_t = Σ_{j − i = t} P_ij, stored at index t + M − 1.
// Source: Jiang et al., "MInference 1.0: Accelerating Pre-filling for Long-Context LLMs via Dynamic Sparse Attention",
// 2024, arXiv:2407.02490.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @diagonal_sums(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %sums = attn.reduce %w diagonal_sum : (!weights) -> tensor<?x?x?xf32>
  return %o, %sums : !tokens, tensor<?x?x?xf32>
}
