// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packed sequences with a mask that has no ranges.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=1x4x60x16:f32:normal --arg shape=1x2x80x16:f32:normal \
// RUN:    --arg shape=1x2x80x16:f32:normal --arg '[0,20,20,37,50]:i32' --arg '[0,8,30,47,80]:i32' \
// RUN:    --arg shape=80:i32:ramp

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=1x4x60x16:f32:normal --arg shape=1x2x80x16:f32:normal \
// RUN:    --arg shape=1x2x80x16:f32:normal --arg '[0,20,20,37,50]:i32' --arg '[0,8,30,47,80]:i32' \
// RUN:    --arg shape=80:i32:ramp

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @packreg(%q: !tokens, %k: !tokens, %v: !tokens, %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>,
    %ids: tensor<?xi32>) -> (!tokens, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right, segments(%cu_q, %cu_k)) : (!tokens, !tokens,
      tensor<?xi32>, tensor<?xi32>) -> !scores
  %d = attn.mask_region (%ids : tensor<?xi32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xi32>):
    %kj = attn.key_index
    %a = attn.lookup %m[%kj] : !attn.captured<?xi32>
    %one = arith.constant 1 : i32
    %three = arith.constant 3 : i32
    %r = arith.remsi %a, %three : i32
    %e = arith.cmpi ne, %r, %one : i32
    %n = arith.cmpi sge, %i, %j : index
    %y = arith.andi %e, %n : i1
    attn.yield %y : i1
  }
  %sm = attn.mask %s, %d : !scores
  %w, %l = attn.normalize %sm softmax : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %cs = attn.reduce %w column_sum : (!weights) -> !rows
  return %o, %l, %cs : !tokens, !rows, !rows
}
