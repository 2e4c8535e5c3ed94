// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Grouped-query attention: query head h reads key and value head ⌊h / G⌋, G = H / Hkv. The log-sum-exp is a result
// too.
// Formula: O_h = softmax(Q_h K_⌊h/G⌋ᵀ / √D) V_⌊h/G⌋.
// Source: Ainslie et al., "GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints",
// 2023, arXiv:2305.13245.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @gqa(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w, %lse = attn.normalize %s softmax : (!scores) -> (!weights, tensor<?x?x?xf32>)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %lse : !tokens, tensor<?x?x?xf32>
}
