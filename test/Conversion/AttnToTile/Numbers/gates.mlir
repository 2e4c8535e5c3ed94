// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights times factors of the row and of the column, and the column sums of the result.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x4x33:f32:normal --arg shape=2x4x70:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x4x33:f32:normal --arg shape=2x4x70:f32:normal

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @gate(%q: !tokens, %k: !tokens, %v: !tokens, %g: !rows, %gk: !rows) -> (!tokens, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %c = attn.causal
  %sm = attn.mask %s, %c : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %w2 = attn.gate %w, %g dims(b, h, i) domain = linear : (!weights, !rows) -> !weights
  %w3 = attn.gate %w2, %gk dims(b, h, j) domain = log : (!weights, !rows) -> !weights
  %o = attn.apply %w3, %v : (!weights, !tokens) -> !tokens
  %sums = attn.reduce %w3 column_sum : (!weights) -> !rows
  return %o, %sums : !tokens, !rows
}
