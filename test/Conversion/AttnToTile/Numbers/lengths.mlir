// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Padded batches, bottom right, with every statistic.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=3x4x60x16:f32:normal --arg shape=3x2x80x16:f32:normal \
// RUN:    --arg shape=3x2x80x16:f32:normal --arg '[60,17,0]:i32' --arg '[13,70,80]:i32'

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=3x4x60x16:f32:normal --arg shape=3x2x80x16:f32:normal \
// RUN:    --arg shape=3x2x80x16:f32:normal --arg '[60,17,0]:i32' --arg '[13,70,80]:i32'

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @lengths(%q: !tokens, %k: !tokens, %v: !tokens, %lq: tensor<?xi32>, %lk: tensor<?xi32>) -> (!tokens,
    !rows, !rows, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right, lengths(%lq, %lk)) : (!tokens, !tokens, tensor<?xi32>,
      tensor<?xi32>) -> !scores
  %c = attn.causal
  %sm = attn.mask %s, %c : !scores
  %w, %l = attn.normalize %sm softmax : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %mx = attn.reduce %sm row_max : (!scores) -> !rows
  %cs = attn.reduce %w column_sum : (!weights) -> !rows
  %dg = attn.reduce %w diagonal_sum : (!weights) -> !rows
  return %o, %l, %mx, %cs, %dg : !tokens, !rows, !rows, !rows, !rows
}
