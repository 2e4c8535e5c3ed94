// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FlashDecoding: few queries over many keys, the keys split into parts that run beside each other and are merged.
// Formula: part r gives (O_r, L_r); L = ln Σ_r e^{L_r}, O = Σ_r e^{L_r − L} O_r; an empty part has L_r = −inf.
// Source: Dao et al., "Flash-Decoding for long-context inference", 2023.
// The split is the entry's class, not the caller's choice: `attn.queries = "short"` fixes it.

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @flash_decoding(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens attributes {attn.queries = "short"} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
