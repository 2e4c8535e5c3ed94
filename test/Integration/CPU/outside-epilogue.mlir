// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The output is gated by a function of another tensor, and a residual is added, in bf16.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// DEFINE: %{tokens} = shape=2x3x%{m}x32:bf16:normal
// DEFINE: %{keys} = shape=2x3x%{n}x32:bf16:normal
// DEFINE: %{args} = --arg %{tokens} --arg %{keys} --arg %{keys} --arg %{tokens} --arg shape=2x3x%{m}:bf16:normal
// DEFINE: %{m} = 17
// DEFINE: %{n} = 70
// RUN: %{run} %{args}
// REDEFINE: %{m} = 300
// RUN: %{run} %{args}
// REDEFINE: %{m} = 0
// RUN: %{run} %{args}

!tokens = tensor<?x?x?x32xbf16>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func private @gate(%o: !tokens, %g: tensor<?x?x?xbf16>) -> !tokens {
  %r = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i)>, affine_map<(b, h, i, d) -> (b, h, i, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]
  } ins(%g : tensor<?x?x?xbf16>) outs(%o : !tokens) {
  ^bb0(%a: bf16, %c: bf16):
    %one = arith.constant 1.0 : f32
    %w = arith.extf %a : bf16 to f32
    %n = arith.negf %w : f32
    %e = math.exp %n : f32
    %s = arith.addf %e, %one : f32
    %y = arith.divf %one, %s : f32
    %x = arith.extf %c : bf16 to f32
    %p = arith.mulf %x, %y : f32
    %t = arith.truncf %p : f32 to bf16
    linalg.yield %t : bf16
  } -> !tokens
  return %r : !tokens
}
func.func @epilogue(%q: !tokens, %k: !tokens, %v: !tokens, %x: !tokens, %g: tensor<?x?x?xbf16>) -> (!tokens, !tokens) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %gated = call @gate(%o, %g) : (!tokens, tensor<?x?x?xbf16>) -> !tokens
  %sum = arith.addf %gated, %x : !tokens
  return %sum, %o : !tokens, !tokens
}
