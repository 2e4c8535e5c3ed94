// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions in f64, whose elements the host's library computes.
// DEFINE: %{t} = --arg shape=2x3x37x16:f64:normal
// RUN: attn-run %s --backend=cpu --compare=reference %{t} %{t} %{t}

!t = tensor<?x?x?x16xf64>
!scores = !attn.scores<?x?x?x?xf64>
!weights = !attn.weights<?x?x?x?xf64>
func.func @f64s(%q: !t, %k: !t, %v: !t) -> !t {
  %e = math.exp %q : !t
  %sn = math.sin %e : !t
  %s = attn.score %sn, %k domain(align = bottom_right) : (!t, !t) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !t) -> !t
  %r = math.erf %o : !t
  return %r : !t
}
