// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Causal grouped-query attention with soft-capping and ALiBi: the variant that scripts/demo compiles.

!query = tensor<?x?x?x64xf32>
!shared = tensor<?x?x?x64xf32>
!scores = !attn.scores<?x?x?x?xf32>

func.func @grouped_alibi(%q: !query, %k: !shared, %v: !shared, %slopes: tensor<?xf32>) -> !query {
  %s = attn.score %q, %k domain(align = bottom_right) : (!query, !shared) -> !scores
  %changed = attn.modify %s, %slopes : (!scores, tensor<?xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xf32>):
    %capped = attn.softcap %x, 5.000000e+01 : f32
    %slope = attn.lookup %m[%h] : !attn.captured<?xf32>
    %distance = attn.distance %j, %i : f32
    %bias = arith.mulf %slope, %distance : f32
    %y = arith.addf %capped, %bias : f32
    attn.yield %y : f32
  }
  %causal = attn.causal
  %masked = attn.mask %changed, %causal : !scores
  %w = attn.normalize %masked softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !shared) -> !query
  return %o : !query
}
