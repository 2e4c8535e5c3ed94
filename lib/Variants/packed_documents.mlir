// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packed documents: several sequences behind each other without padding; none sees another.
// Formula: softmax over the keys of the query's own document, given by cumulative lengths.
// Source: Krell et al., "Efficient Sequence Packing without Cross-contamination", 2021, arXiv:2107.02027.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @packed_documents(%q: !tokens, %k: !tokens, %v: !tokens, %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>)
    -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right, segments(%cu_q, %cu_k))
    : (!tokens, !tokens, tensor<?xi32>, tensor<?xi32>) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
