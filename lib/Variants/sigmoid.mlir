// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sigmoid attention: every weight stands alone, no row sum. The bias, one per head, is about −ln N.
// Formula: O_i = Σ_j σ(q_i·k_j / √D + b_h) v_j.
// Source: Ramapuram et al., "Theory, Analysis, and Best Practices for Sigmoid Self-Attention", 2024, arXiv:2409.04431.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @sigmoid(%q: !tokens, %k: !tokens, %v: !tokens, %bias: tensor<?xf32>) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s sigmoid bias(%bias) : (!scores, tensor<?xf32>) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
