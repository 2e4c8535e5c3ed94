// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packed sequences, one empty, some with more queries than keys, tokens behind the last one.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=1x4x60x16:f32:normal --arg shape=1x2x80x16:f32:normal \
// RUN:    --arg shape=1x2x80x16:f32:normal --arg '[0,20,20,37,50]:i32' --arg '[0,8,30,47,80]:i32' \
// RUN:    --arg shape=80:f32:normal
// RUN: %{run} --arg shape=1x4x64x16:f32:normal --arg shape=1x2x64x16:f32:normal \
// RUN:    --arg shape=1x2x64x16:f32:normal --arg '[0,32,48,64]:i32' --arg '[0,32,48,64]:i32' \
// RUN:    --arg shape=64:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=1x4x60x16:f32:normal --arg shape=1x2x80x16:f32:normal \
// RUN:    --arg shape=1x2x80x16:f32:normal --arg '[0,20,20,37,50]:i32' --arg '[0,8,30,47,80]:i32' \
// RUN:    --arg shape=80:f32:normal
// RUN: %{run} --arg shape=1x4x64x16:f32:normal --arg shape=1x2x64x16:f32:normal \
// RUN:    --arg shape=1x2x64x16:f32:normal --arg '[0,32,48,64]:i32' --arg '[0,32,48,64]:i32' \
// RUN:    --arg shape=64:f32:normal

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @packed(%q: !tokens, %k: !tokens, %v: !tokens, %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>,
    %bias: tensor<?xf32>) -> (!tokens, !rows, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right, segments(%cu_q, %cu_k)) : (!tokens, !tokens,
      tensor<?xi32>, tensor<?xi32>) -> !scores
  %sb = attn.modify %s, %bias : (!scores, tensor<?xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xf32>):
    %qi = attn.key_index
    %e = attn.lookup %m[%qi] : !attn.captured<?xf32>
    %n = attn.extent key
    %d = attn.distance %n, %i : f32
    %t = arith.constant 0.01 : f32
    %z = arith.mulf %d, %t : f32
    %y0 = arith.addf %x, %e : f32
    %y = arith.addf %y0, %z : f32
    attn.yield %y : f32
  }
  %c = attn.causal
  %sm = attn.mask %sb, %c : !scores
  %w, %l = attn.normalize %sm off_by_one lse(base = e, sink_included) : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %mx = attn.reduce %sm row_max : (!scores) -> !rows
  %cs = attn.reduce %w column_sum : (!weights) -> !rows
  return %o, %l, %mx, %cs : !tokens, !rows, !rows, !rows
}
