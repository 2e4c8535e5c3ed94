// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two layers: each normalizes its rows, attends and adds what it was given.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// DEFINE: %{t} = --arg shape=2x4x%{m}x32:f32:normal
// DEFINE: %{args} = %{t} %{t} %{t} %{t} %{t} --arg shape=32:f32:normal --arg shape=32:f32:normal
// DEFINE: %{m} = 37
// RUN: %{run} %{args}
// REDEFINE: %{m} = 0
// RUN: %{run} %{args}
// REDEFINE: %{m} = 130
// RUN: %{run} %{args}

!tokens = tensor<?x4x?x32xf32>
!rows = tensor<?x4x?xf32>
!scores = !attn.scores<?x4x?x?xf32>
!weights = !attn.weights<?x4x?x?xf32>
func.func private @layer(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %masked = attn.mask %s, %causal : !scores
  %w = attn.normalize %masked softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
func.func private @norm(%x: !tokens, %g: tensor<32xf32>) -> !tokens {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !tokens
  %m = tensor.dim %x, %c2 : !tokens
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%b, %m) : !rows
  %z = linalg.fill ins(%zero : f32) outs(%e : !rows) -> !rows
  %sq = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (b, h, i)>],
    iterator_types = ["parallel", "parallel", "parallel", "reduction"]
  } ins(%x : !tokens) outs(%z : !rows) {
  ^bb0(%a: f32, %acc: f32):
    %p = arith.mulf %a, %a : f32
    %s = arith.addf %p, %acc : f32
    linalg.yield %s : f32
  } -> !rows
  %empty = tensor.empty(%b, %m) : !tokens
  %y = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (b, h, i)>,
                     affine_map<(b, h, i, d) -> (d)>, affine_map<(b, h, i, d) -> (b, h, i, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]
  } ins(%x, %sq, %g : !tokens, !rows, tensor<32xf32>) outs(%empty : !tokens) {
  ^bb0(%a: f32, %q: f32, %w: f32, %out: f32):
    %n = arith.constant 32.0 : f32
    %eps = arith.constant 1.0e-5 : f32
    %mean = arith.divf %q, %n : f32
    %safe = arith.addf %mean, %eps : f32
    %r = math.rsqrt %safe : f32
    %s = arith.mulf %a, %r : f32
    %t = arith.mulf %s, %w : f32
    linalg.yield %t : f32
  } -> !tokens
  return %y : !tokens
}
func.func @chain(%x: !tokens, %k: !tokens, %v: !tokens, %k2: !tokens, %v2: !tokens, %g: tensor<32xf32>,
                 %g2: tensor<32xf32>) -> !tokens {
  %n = call @norm(%x, %g) : (!tokens, tensor<32xf32>) -> !tokens
  %o = call @layer(%n, %k, %v) : (!tokens, !tokens, !tokens) -> !tokens
  %r = arith.addf %x, %o : !tokens
  %n2 = call @norm(%r, %g2) : (!tokens, tensor<32xf32>) -> !tokens
  %o2 = call @layer(%n2, %k2, %v2) : (!tokens, !tokens, !tokens) -> !tokens
  %r2 = arith.addf %r, %o2 : !tokens
  return %r2 : !tokens
}
