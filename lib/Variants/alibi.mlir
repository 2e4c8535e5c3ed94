// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention with linear biases: a slope per head times the distance, causal.
// Formula: s'_ij = q_i·k_j / √D + m_h (j − i).
// Source: Press et al., "Train Short, Test Long: Attention with Linear Biases Enables Input Length Extrapolation",
// 2021, arXiv:2108.12409.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @alibi(%q: !tokens, %k: !tokens, %v: !tokens, %slopes: tensor<?xf32>) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %sb = attn.modify %s, %slopes : (!scores, tensor<?xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xf32>):
    %slope = attn.lookup %m[%h] : !attn.captured<?xf32>
    %distance = attn.distance %j, %i : f32
    %bias = arith.mulf %slope, %distance : f32
    %y = arith.addf %x, %bias : f32
    attn.yield %y : f32
  }
  %causal = attn.causal
  %sm = attn.mask %sb, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
