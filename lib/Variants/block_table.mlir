// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Block-sparse attention by a table: each block of 64 queries lists the blocks of 64 keys it sees, one table for all
// heads.
// Formula: softmax over j with ⌊j / 64⌋ in indices[b, 0, ⌊i / 64⌋, 0 … counts[b, 0, ⌊i / 64⌋] − 1].
// Source: Zaheer et al., "Big Bird: Transformers for Longer Sequences", 2020, arXiv:2007.14062, among many.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @block_table(%q: !tokens, %k: !tokens, %v: !tokens, %counts: tensor<?x1x?xi32>, %indices: tensor<?x1x?x?xi32>)
    -> !tokens {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %listed = attn.blocks %counts, %indices block(64, 64) : tensor<?x1x?xi32>, tensor<?x1x?x?xi32>
  %sm = attn.mask %s, %listed : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
