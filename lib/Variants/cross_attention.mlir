// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cross attention: decoder queries over encoder keys and values, both padded to a common length per batch.
// Formula: O_i = softmax over j < n_b of q_i·k_j / √D, for i < m_b; rows beyond m_b are 0.
// Source: Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @cross_attention(%q: !tokens, %k: !tokens, %v: !tokens, %queries: tensor<?xi32>, %keys: tensor<?xi32>)
    -> !tokens {
  %s = attn.score %q, %k domain(align = top_left, lengths(%queries, %keys))
    : (!tokens, !tokens, tensor<?xi32>, tensor<?xi32>) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
