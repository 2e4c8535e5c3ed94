// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Documents by ids and a dilated rule.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=33:i32:ramp --arg shape=70:i32:ramp

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal --arg shape=33:i32:ramp --arg shape=70:i32:ramp

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @region(%q: !tokens, %k: !tokens, %v: !tokens, %ids: tensor<?xi32>, %idk: tensor<?xi32>) -> (!tokens, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %d = attn.mask_region (%ids, %idk : tensor<?xi32>, tensor<?xi32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xi32>, %n: !attn.captured<?xi32>):
    %qi = attn.query_index
    %kj = attn.key_index
    %a = attn.lookup %m[%qi] : !attn.captured<?xi32>
    %c = attn.lookup %n[%kj] : !attn.captured<?xi32>
    %size = arith.constant 12 : i32
    %da = arith.divsi %a, %size : i32
    %dc = arith.divsi %c, %size : i32
    %e = arith.cmpi eq, %da, %dc : i32
    %three = arith.constant 3 : index
    %df = arith.subi %i, %j : index
    %r = arith.remsi %df, %three : index
    %z = arith.constant 0 : index
    %ne = arith.cmpi ne, %r, %z : index
    %y = arith.andi %e, %ne : i1
    attn.yield %y : i1
  }
  %sm = attn.mask %s, %d : !scores
  %w, %l = attn.normalize %sm softmax : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %l : !tokens, !rows
}
