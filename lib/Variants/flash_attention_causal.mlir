// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FlashAttention, causal, with the log-sum-exp that a backward pass or a merge needs.
// Formula: O_i = Σ_{j≤i} e^{s_ij − L_i} v_j, L_i = ln Σ_{j≤i} e^{s_ij}; computed online: m' = max(m, s), l' = l
// e^{m−m'} + Σ e^{s−m'}.
// Source: Dao et al., "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", 2022,
// arXiv:2205.14135; Dao, "FlashAttention-2", 2023, arXiv:2307.08691.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @flash_attention_causal(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w, %lse = attn.normalize %sm softmax : (!scores) -> (!weights, tensor<?x?x?xf32>)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %lse : !tokens, tensor<?x?x?xf32>
}
