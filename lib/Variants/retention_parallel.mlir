// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Retention in its parallel form: decayed scores without a softmax, rows scaled by a normalizer of this file.
// Formula: r_ij = q_i·k_j / √D · γ_h^{i−j} for j ≤ i; O_i = Σ_j r_ij v_j / max(|Σ_j r_ij|, 1). %log_decay is ln γ_h.
// Source: Sun et al., "Retentive Network: A Successor to Transformer for Large Language Models", 2023,
// arXiv:2307.08621.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

attn.normalizer @row_scaled : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  finalize {
  ^bb0(%sum: f32):
    %one = arith.constant 1.000000e+00 : f32
    %size = math.absf %sum : f32
    %divisor = arith.maximumf %size, %one : f32
    %scale = arith.divf %one, %divisor : f32
    attn.yield %scale : f32
  }
}

func.func @retention_parallel(%q: !tokens, %k: !tokens, %v: !tokens, %log_decay: tensor<?xf32>) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %sd = attn.modify %s, %log_decay : (!scores, tensor<?xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %g: !attn.captured<?xf32>):
    %log = attn.lookup %g[%h] : !attn.captured<?xf32>
    %distance = attn.distance %i, %j : f32
    %exponent = arith.mulf %log, %distance : f32
    %decay = math.exp %exponent : f32
    %y = arith.mulf %x, %decay : f32
    attn.yield %y : f32
  }
  %causal = attn.causal
  %sm = attn.mask %sd, %causal : !scores
  %w = attn.normalize %sm @row_scaled : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
