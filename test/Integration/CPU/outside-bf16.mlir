// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions and sums of tensors in bf16, before and behind an attend.
// DEFINE: %{t} = --arg shape=2x3x%{m}x16:bf16:normal
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference %{t} %{t} %{t} --arg 0.5:bf16
// DEFINE: %{m} = 37
// RUN: %{run}
// REDEFINE: %{m} = 0
// RUN: %{run}

!t = tensor<?x?x?x16xbf16>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func @halves(%q: !t, %k: !t, %v: !t, %x: bf16) -> (!t, tensor<?x?x16xbf16>) {
  %e = math.exp %q : !t
  %sn = math.sin %e : !t
  %s = attn.score %sn, %k domain(align = bottom_right) : (!t, !t) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !t) -> !t
  %r = math.erf %o : !t
  %y = arith.addf %r, %q : !t
  %z = math.tanh %y : !t
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %o, %c0 : !t
  %h = tensor.dim %o, %c1 : !t
  %e2 = tensor.empty(%b, %h) : tensor<?x?x16xbf16>
  %z2 = linalg.fill ins(%x : bf16) outs(%e2 : tensor<?x?x16xbf16>) -> tensor<?x?x16xbf16>
  %sum = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (b, h, d)>],
    iterator_types = ["parallel", "parallel", "reduction", "parallel"]
  } ins(%o : !t) outs(%z2 : tensor<?x?x16xbf16>) {
  ^bb0(%a: bf16, %acc: bf16):
    %p = arith.addf %a, %acc : bf16
    linalg.yield %p : bf16
  } -> tensor<?x?x16xbf16>
  return %z, %sum : !t, tensor<?x?x16xbf16>
}
