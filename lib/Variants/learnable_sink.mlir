// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Learnable sink, causal: a learned score per head joins every row's sum. The log-sum-exp includes it.
// Formula: w_ij = e^{s_ij} / (e^{sink_h} + Σ_l e^{s_il}).
// Source: OpenAI, "gpt-oss-120b & gpt-oss-20b Model Card", 2025, arXiv:2508.10925.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @learnable_sink(%q: !tokens, %k: !tokens, %v: !tokens, %sink: tensor<?xf32>) -> (!tokens, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w, %lse = attn.normalize %sm softmax sink(%sink) lse(base = e, sink_included)
    : (!scores, tensor<?xf32>) -> (!weights, tensor<?x?x?xf32>)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %lse : !tokens, tensor<?x?x?xf32>
}
