// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// New keys and values are appended to those of a cache by insert_slice.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// DEFINE: %{old} = --arg shape=2x3x%{n}x32:f32:normal
// DEFINE: %{new} = --arg shape=2x3x5x32:f32:normal
// DEFINE: %{n} = 40
// RUN: %{run} --arg shape=2x3x4x32:f32:normal %{old} %{old} %{new} %{new}
// REDEFINE: %{n} = 0
// RUN: %{run} --arg shape=2x3x4x32:f32:normal %{old} %{old} %{new} %{new}

!tokens = tensor<?x?x?x32xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func private @concat(%a: !tokens, %b: !tokens) -> !tokens {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %batch = tensor.dim %a, %c0 : !tokens
  %h = tensor.dim %a, %c1 : !tokens
  %n = tensor.dim %a, %c2 : !tokens
  %m = tensor.dim %b, %c2 : !tokens
  %all = arith.addi %n, %m : index
  %e = tensor.empty(%batch, %h, %all) : !tokens
  %x = tensor.insert_slice %a into %e[0, 0, 0, 0] [%batch, %h, %n, 32] [1, 1, 1, 1] : !tokens into !tokens
  %y = tensor.insert_slice %b into %x[0, 0, %n, 0] [%batch, %h, %m, 32] [1, 1, 1, 1] : !tokens into !tokens
  return %y : !tokens
}
func.func @append(%q: !tokens, %k: !tokens, %v: !tokens, %k2: !tokens, %v2: !tokens) -> (!tokens, !tokens) {
  %kk = call @concat(%k, %k2) : (!tokens, !tokens) -> !tokens
  %vv = call @concat(%v, %v2) : (!tokens, !tokens) -> !tokens
  %s = attn.score %q, %kk domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %masked = attn.mask %s, %causal : !scores
  %w = attn.normalize %masked softmax : (!scores) -> !weights
  %o = attn.apply %w, %vv : (!weights, !tokens) -> !tokens
  return %o, %kk : !tokens, !tokens
}
