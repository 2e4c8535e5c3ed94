// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Padded batches and a mask per head without ranges, in parts.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=3x4x60x16:f32:normal --arg shape=3x2x80x16:f32:normal \
// RUN:    --arg shape=3x2x80x16:f32:normal --arg '[60,17,0]:i32' --arg '[13,70,80]:i32'
// RUN: %{run} --arg shape=2x4x20x16:f32:normal --arg shape=2x2x180x16:f32:normal \
// RUN:    --arg shape=2x2x180x16:f32:normal --arg '[20,17]:i32' --arg '[180,70]:i32'

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=3x4x60x16:f32:normal --arg shape=3x2x80x16:f32:normal \
// RUN:    --arg shape=3x2x80x16:f32:normal --arg '[60,17,0]:i32' --arg '[13,70,80]:i32'
// RUN: %{run} --arg shape=2x4x20x16:f32:normal --arg shape=2x2x180x16:f32:normal \
// RUN:    --arg shape=2x2x180x16:f32:normal --arg '[20,17]:i32' --arg '[180,70]:i32'

!rows = tensor<?x?x?xf32>
!tokens16 = tensor<?x?x?x16xf32>

func.func @lenreg(%q: !tokens16, %k: !tokens16, %v: !tokens16, %lq: tensor<?xi32>, %lk: tensor<?xi32>)
    -> (!tokens16, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %d = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %f = arith.constant 12 : index
    %bi = arith.floordivsi %i, %f : index
    %bj = arith.floordivsi %j, %f : index
    %hh = arith.addi %bj, %h : index
    %n = arith.cmpi sle, %bi, %hh : index
    attn.yield %n : i1
  }
  %o, %l, %cs = attn.attend terms(%q, %k) values(%v) mask(%d) normalize softmax domain(align = bottom_right,
      lengths(%lq, %lk)) results(output, lse, column_sum) split = 64
   : (!tokens16, !tokens16, !tokens16, !attn.mask, tensor<?xi32>, tensor<?xi32>) -> (!tokens16, !rows, !rows)
  return %o, %l, %cs : !tokens16, !rows, !rows
}
