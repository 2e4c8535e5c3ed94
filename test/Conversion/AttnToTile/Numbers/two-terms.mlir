// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two terms of different scale, keys and values with heads of their own.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=1x4x60x16:f32:normal --arg shape=1x2x80x16:f32:normal --arg shape=1x4x60x8:f32:normal \
// RUN:    --arg shape=1x1x80x8:f32:normal --arg shape=1x4x80x24:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=1x4x60x16:f32:normal --arg shape=1x2x80x16:f32:normal --arg shape=1x4x60x8:f32:normal \
// RUN:    --arg shape=1x1x80x8:f32:normal --arg shape=1x4x80x24:f32:normal

!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!tokens16 = tensor<?x?x?x16xf32>
!tokens8 = tensor<?x?x?x8xf32>
!tokens24 = tensor<?x?x?x24xf32>

func.func @terms(%q: !tokens16, %k: !tokens16, %q2: !tokens8, %k2: !tokens8, %v: !tokens24) -> !tokens24
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k, %q2, %k2 domain(align = bottom_right) {scales = [0.25 : f32, 0.5 : f32]}
      : (!tokens16, !tokens16, !tokens8, !tokens8) -> !scores
  %w = attn.normalize %s relu : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens24) -> !tokens24
  return %o : !tokens24
}
