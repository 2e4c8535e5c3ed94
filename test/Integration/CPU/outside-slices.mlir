// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Query, key and value are slices of one tensor in f16, with strides along tokens and along the head size.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// RUN: %{run} --arg shape=2x3x41x96:f16:normal
// RUN: %{run} --arg shape=1x1x2x96:f16:normal
// RUN: %{run} --arg shape=0x3x41x96:f16:normal

!fused = tensor<?x?x?x96xf16>
!tokens = tensor<?x?x?x32xf16>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func @slices(%x: !fused) -> (!tokens, tensor<?x?x32xf16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !fused
  %h = tensor.dim %x, %c1 : !fused
  %m = tensor.dim %x, %c2 : !fused
  %half = arith.divui %m, %c2 : index
  %q = tensor.extract_slice %x[0, 0, 0, 0] [%b, %h, %half, 32] [1, 1, 2, 1] : !fused to !tokens
  %k = tensor.extract_slice %x[0, 0, 0, 32] [%b, %h, %m, 32] [1, 1, 1, 1] : !fused to !tokens
  %v = tensor.extract_slice %x[0, 0, 0, 1] [%b, %h, %m, 32] [1, 1, 1, 3] : !fused to !tokens
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %first = tensor.extract_slice %o[0, 0, 0, 0] [%b, %h, 1, 32] [1, 1, 1, 1] : !tokens to tensor<?x?x32xf16>
  return %o, %first : !tokens, tensor<?x?x32xf16>
}
