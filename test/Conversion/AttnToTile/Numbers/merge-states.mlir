// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Partial results of two planes, merged.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x2x20x16:f32:normal --arg shape=2x2x20x16:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=2x2x20x16:f32:normal --arg shape=2x2x20x16:f32:normal

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @partial(%q: !tokens, %k: !tokens, %v: !tokens, %k2: !tokens, %v2: !tokens) -> (!tokens, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %c = attn.causal
  %sm = attn.mask %s, %c : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %a, %r, %l = attn.apply %w, %v partial : (!weights, !tokens) -> (!tokens, !rows, !rows)
  %s2 = attn.score %q, %k2 domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w2 = attn.normalize %s2 softmax : (!scores) -> !weights
  %a2, %r2, %l2 = attn.apply %w2, %v2 partial : (!weights, !tokens) -> (!tokens, !rows, !rows)
  %o, %lse = attn.merge softmax (%a, %r, %l), (%a2, %r2, %l2) lse(base = 2) : (!tokens, !rows, !rows, !tokens,
      !rows, !rows) -> (!tokens, !rows)
  return %o, %lse : !tokens, !rows
}
