// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keys in parts of 64, with statistics; some rows have no key.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=2x4x33x32:f32:normal --arg shape=2x2x270x32:f32:normal \
// RUN:    --arg shape=2x2x270x16:f32:normal
// RUN: %{run} --arg shape=2x4x133x32:f32:normal --arg shape=2x2x60x32:f32:normal \
// RUN:    --arg shape=2x2x60x16:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=2x4x33x32:f32:normal --arg shape=2x2x270x32:f32:normal \
// RUN:    --arg shape=2x2x270x16:f32:normal
// RUN: %{run} --arg shape=2x4x133x32:f32:normal --arg shape=2x2x60x32:f32:normal \
// RUN:    --arg shape=2x2x60x16:f32:normal

!rows = tensor<?x?x?xf32>
!wide = tensor<?x?x?x32xf32>
!tokens16 = tensor<?x?x?x16xf32>

func.func @split(%q: !wide, %k: !wide, %v: !tokens16) -> (!tokens16, !rows, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %m = attn.window left = 70 right = 3
  %o, %lse, %max, %col = attn.attend terms(%q, %k) values(%v) mask(%m) normalize softmax
      domain(align = bottom_right) results(output, lse, row_max, column_sum) split = 64
    : (!wide, !wide, !tokens16, !attn.mask) -> (!tokens16, !rows, !rows, !rows)
  return %o, %lse, %max, %col : !tokens16, !rows, !rows, !rows
}
