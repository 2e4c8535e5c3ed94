// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Column sums where a full block of keys meets the last rows of a length.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=1x4x50x4:f32:normal --arg shape=1x1x27x4:f32:normal --arg shape=1x1x27x4:f32:normal \
// RUN:    --arg '[20]:i32' --arg '[21]:i32'

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=1x4x50x4:f32:normal --arg shape=1x1x27x4:f32:normal --arg shape=1x1x27x4:f32:normal \
// RUN:    --arg '[20]:i32' --arg '[21]:i32'

!tokens = tensor<?x?x?x4xf32>
!rows = tensor<?x?x?xf32>

func.func @column_tail(%q: !tokens, %k: !tokens, %v: !tokens, %lq: tensor<?xi32>, %lk: tensor<?xi32>)
    -> (!tokens, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 8>} {
  %m1 = attn.sink 33
  %m2 = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %s = arith.constant 3 : index
    %x = arith.floordivsi %i, %s : index
    %y = arith.floordivsi %j, %s : index
    %z = arith.addi %y, %h : index
    %c = arith.cmpi sle, %x, %y : index
    attn.yield %c : i1
  }
  %m3 = attn.not %m2
  %m4 = attn.and %m1, %m3
  %r0, %r1, %r2 = attn.attend terms(%q, %k) values(%v) mask(%m4) normalize relu
      domain(align = top_left, lengths(%lq, %lk)) results(output, row_max, column_sum)
    : (!tokens, !tokens, !tokens, !attn.mask, tensor<?xi32>, tensor<?xi32>) -> (!tokens, !rows, !rows)
  return %r0, %r1, %r2 : !tokens, !rows, !rows
}
