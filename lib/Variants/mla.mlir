// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multi-head latent attention in its absorbed form: all heads share one cached latent, which is key and value, and one
// rotated key. Two terms of a score, of head sizes that differ (512 and 64 in the paper).
// Formula: s_h,ij = (q̃_h,i · c_j + qᴿ_h,i · kᴿ_j) / √192; U_h = softmax(s_h) C, causal. q̃_h = W_UK,hᵀ q_h happens before,
// O_h = W_UV,hᵀ U_h behind; the scale is that of heads before they are absorbed, of 128 + 64 numbers.
// Source: DeepSeek-AI, "DeepSeek-V2: A Strong, Economical, and Efficient Mixture-of-Experts Language Model", 2024,
// arXiv:2405.04434.

!tokens = tensor<?x?x?x?xf32>
!shared = tensor<?x1x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @mla(%q: !tokens, %latent: !shared, %q_rope: !tokens, %k_rope: !shared) -> !tokens {
  %s = attn.score %q, %latent, %q_rope, %k_rope domain(align = bottom_right)
      {scales = [0.07216878364870322 : f32, 0.07216878364870322 : f32]} : (!tokens, !shared, !tokens, !shared) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %latent : (!weights, !shared) -> !tokens
  return %o : !tokens
}
