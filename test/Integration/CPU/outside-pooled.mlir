// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keys and values are means of four neighbours.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// RUN: %{run} --arg shape=2x3x41x32:f32:normal --arg shape=2x3x40x32:f32:normal --arg shape=2x3x40x32:f32:normal
// RUN: %{run} --arg shape=2x3x41x32:f32:normal --arg shape=2x3x0x32:f32:normal --arg shape=2x3x0x32:f32:normal

!tokens = tensor<?x?x?x32xf32>
!blocks = tensor<?x?x?x4x32xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func private @pool(%x: !tokens) -> !tokens {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %b = tensor.dim %x, %c0 : !tokens
  %h = tensor.dim %x, %c1 : !tokens
  %n = tensor.dim %x, %c2 : !tokens
  %m = arith.divui %n, %c4 : index
  %e = tensor.expand_shape %x [[0], [1], [2, 3], [4]] output_shape [%b, %h, %m, 4, 32] : !tokens into !blocks
  %empty = tensor.empty(%b, %h, %m) : !tokens
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%empty : !tokens) -> !tokens
  %r = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, s, d) -> (b, h, i, s, d)>, affine_map<(b, h, i, s, d) -> (b, h, i, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel"]
  } ins(%e : !blocks) outs(%z : !tokens) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.constant 0.25 : f32
    %p = arith.mulf %a, %q : f32
    %s = arith.addf %p, %acc : f32
    linalg.yield %s : f32
  } -> !tokens
  return %r : !tokens
}
func.func @pool_attention(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %pk = call @pool(%k) : (!tokens) -> !tokens
  %pv = call @pool(%v) : (!tokens) -> !tokens
  %s = attn.score %q, %pk domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %pv : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
