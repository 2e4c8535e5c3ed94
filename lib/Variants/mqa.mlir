// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multi-query attention: all query heads share one key head and one value head.
// Formula: O_h = softmax(Q_h Kᵀ / √D) V.
// Source: Shazeer, "Fast Transformer Decoding: One Write-Head is All You Need", 2019, arXiv:1911.02150.

!tokens = tensor<?x?x?x?xf32>
!shared = tensor<?x1x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @mqa(%q: !tokens, %k: !shared, %v: !shared) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !shared) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !shared) -> !tokens
  return %o : !tokens
}
