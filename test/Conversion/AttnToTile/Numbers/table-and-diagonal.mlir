// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A block table and a diagonal: the table is asked pair by pair.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=1x4x40x16:f32:normal --arg shape=1x2x70x16:f32:normal \
// RUN:    --arg shape=1x2x70x16:f32:normal --arg '[[[2,3]]]:i32' --arg '[[[[1,3,-1],[0,2,4]]]]:i32'

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=1x4x40x16:f32:normal --arg shape=1x2x70x16:f32:normal \
// RUN:    --arg shape=1x2x70x16:f32:normal --arg '[[[2,3]]]:i32' --arg '[[[[1,3,-1],[0,2,4]]]]:i32'

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @tabled(%q: !tokens, %k: !tokens, %v: !tokens, %counts: tensor<?x1x?xi32>,
    %indices: tensor<?x1x?x?xi32>) -> (!tokens, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %t = attn.blocks %counts, %indices block(32, 16) : tensor<?x1x?xi32>, tensor<?x1x?x?xi32>
  %c = attn.causal
  %m = attn.and %t, %c
  %sm = attn.mask %s, %m : !scores
  %w, %l = attn.normalize %sm softmax : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %l : !tokens, !rows
}
