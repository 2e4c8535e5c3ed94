// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Outputs and log-sum-exps, merged.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x4x33x16:f32:normal --arg shape=2x4x33:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x4x33x16:f32:normal --arg shape=2x4x33:f32:normal

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @pairs(%q: !tokens, %k: !tokens, %v: !tokens, %o2: !tokens, %l2: !rows) -> (!tokens, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w, %l = attn.normalize %s softmax : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %m, %lse = attn.merge softmax (%o, %l), (%o2, %l2) : (!tokens, !rows, !tokens, !rows) -> (!tokens, !rows)
  return %m, %lse : !tokens, !rows
}
