// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multi-matrix factorization attention: many query heads of a large head size over one cached key and value head.
// Formula: q_h = x W_down W_up,h; O_h = softmax(q_h Kᵀ / √D) V, causal. The two projections of q happen before.
// Source: Hu et al., "Multi-matrix Factorization Attention", 2024, arXiv:2412.19255.

!tokens = tensor<?x?x?x?xf32>
!shared = tensor<?x1x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @mfa(%q: !tokens, %k: !shared, %v: !shared) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !shared) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !shared) -> !tokens
  return %o : !tokens
}
