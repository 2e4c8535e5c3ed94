// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Query, key and value are products of tokens and weights.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// DEFINE: %{w} = --arg shape=48x4x32:f32:normal
// RUN: %{run} --arg shape=2x30x48:f32:uniform %{w} %{w} %{w}
// RUN: %{run} --arg shape=2x0x48:f32:uniform %{w} %{w} %{w}

!x = tensor<?x?x48xf32>
!w = tensor<48x4x32xf32>
!tokens = tensor<?x4x?x32xf32>
!scores = !attn.scores<?x4x?x?xf32>
!weights = !attn.weights<?x4x?x?xf32>
func.func private @project(%x: !x, %w: !w) -> !tokens {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : !x
  %m = tensor.dim %x, %c1 : !x
  %e = tensor.empty(%b, %m) : !tokens
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%e : !tokens) -> !tokens
  %r = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d, c) -> (b, i, c)>, affine_map<(b, h, i, d, c) -> (c, h, d)>,
                     affine_map<(b, h, i, d, c) -> (b, h, i, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]
  } ins(%x, %w : !x, !w) outs(%z : !tokens) {
  ^bb0(%a: f32, %e2: f32, %acc: f32):
    %p = arith.mulf %a, %e2 : f32
    %s = arith.addf %p, %acc : f32
    linalg.yield %s : f32
  } -> !tokens
  return %r : !tokens
}
func.func @project_attention(%x: !x, %wq: !w, %wk: !w, %wv: !w) -> !tokens {
  %q = call @project(%x, %wq) : (!x, !w) -> !tokens
  %k = call @project(%x, %wk) : (!x, !w) -> !tokens
  %v = call @project(%x, %wv) : (!x, !w) -> !tokens
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
