// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Relative-position table: a learned bias per head and clipped distance, both directions.
// Formula: s'_ij = q_i·k_j / √D + T[h, clamp(i − j, −R, R) + R], R = 128, T of H × (2 R + 1).
// Source: Shaw et al., "Self-Attention with Relative Position Representations", 2018, arXiv:1803.02155, with the
// scalar bias of Raffel et al., 2019, arXiv:1910.10683.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @relative_position(%q: !tokens, %k: !tokens, %v: !tokens, %table: tensor<?x257xf32>) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %sb = attn.modify %s, %table : (!scores, tensor<?x257xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %t: !attn.captured<?x257xf32>):
    %zero = arith.constant 0 : index
    %radius = arith.constant 128 : index
    %last = arith.constant 256 : index
    %distance = arith.subi %i, %j : index
    %shifted = arith.addi %distance, %radius : index
    %low = arith.maxsi %shifted, %zero : index
    %place = arith.minsi %low, %last : index
    %bias = attn.lookup %t[%h, %place] : !attn.captured<?x257xf32>
    %y = arith.addf %x, %bias : f32
    attn.yield %y : f32
  }
  %w = attn.normalize %sb softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
