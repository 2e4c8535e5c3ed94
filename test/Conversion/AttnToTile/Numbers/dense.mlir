// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A boolean mask and a window, a full bias, row maxima and diagonal sums.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x1x33x70:i1:uniform --arg shape=2x4x33x70:f32:normal
// RUN: %{run} --arg shape=2x4x80x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x1x80x70:i1:uniform --arg shape=2x4x80x70:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x1x33x70:i1:uniform --arg shape=2x4x33x70:f32:normal
// RUN: %{run} --arg shape=2x4x80x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x1x80x70:i1:uniform --arg shape=2x4x80x70:f32:normal

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @dense(%q: !tokens, %k: !tokens, %v: !tokens, %t: tensor<?x1x?x?xi1>, %bias: !tokens) -> (!tokens,
    !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %sb = attn.modify %s, %bias : (!scores, !tokens) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?x?x?x?xf32>):
    %qi = attn.query_index
    %e = attn.lookup %m[%b, %h, %qi, %j] : !attn.captured<?x?x?x?xf32>
    %y = arith.addf %x, %e : f32
    attn.yield %y : f32
  }
  %d = attn.dense %t : tensor<?x1x?x?xi1>
  %w0 = attn.window left = 40 
  %c = attn.and %d, %w0
  %sm = attn.mask %sb, %c : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %mx = attn.reduce %sm row_max : (!scores) -> !rows
  %dg = attn.reduce %w diagonal_sum : (!weights) -> !rows
  return %o, %mx, %dg : !tokens, !rows, !rows
}
