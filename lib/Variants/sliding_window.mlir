// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sliding window: each query sees itself and the 127 tokens before it.
// Formula: softmax over i − 127 ≤ j ≤ i.
// Source: Beltagy et al., "Longformer: The Long-Document Transformer", 2020, arXiv:2004.05150; causal as in Jiang et
// al., "Mistral 7B", 2023, arXiv:2310.06825.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @sliding_window(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %window = attn.window left = 127 right = 0
  %sm = attn.mask %s, %window : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
