// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// StreamingLLM, prefill: the first 4 tokens stay visible beside a window of 128.
// Formula: softmax over j ≤ i ∧ (j < 4 ∨ i − j < 128).
// Source: Xiao et al., "Efficient Streaming Language Models with Attention Sinks", 2023, arXiv:2309.17453.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @streaming_llm(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %first = attn.sink 4
  %recent = attn.window left = 127
  %kept = attn.or %first, %recent
  %mask = attn.and %causal, %kept
  %sm = attn.mask %s, %mask : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
