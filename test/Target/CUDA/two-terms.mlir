// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: ptxas
// A score of two terms, of heads that differ, and values of a third kind: both forms, without a spill.
// RUN: attn-compile %s --target=cuda:sm_90a --specialise="D=128,64 Dv=128 type=bf16" --strict --dump-schedule -o %t.so 2>&1 | FileCheck %s
// CHECK-NOT: [variants]
// CHECK-DAG: 0 bytes spilled in 'two$D128x64$Dv128$bf16_attend'
// CHECK-DAG: 0 bytes spilled in 'two$D128x64$Dv128$bf16_attend$overlapped'

!tokens = tensor<?x?x?x?xf32>
!shared = tensor<?x1x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func @two(%q: !tokens, %k: !tokens, %q_rope: !tokens, %k_rope: !shared, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k, %q_rope, %k_rope domain(align = bottom_right)
      {scales = [0.07216878364870322 : f32, 0.07216878364870322 : f32]} : (!tokens, !tokens, !tokens, !shared) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
