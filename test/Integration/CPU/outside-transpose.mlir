// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors of tokens by features become heads and back: expand_shape, linalg.transpose, collapse_shape.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// RUN: %{run} --arg shape=2x37x256:f32:normal --arg shape=2x37x256:f32:normal --arg shape=2x37x256:f32:normal
// RUN: %{run} --arg shape=1x1x256:f32:normal --arg shape=1x90x256:f32:normal --arg shape=1x90x256:f32:normal
// RUN: %{run} --arg shape=2x0x256:f32:normal --arg shape=2x3x256:f32:normal --arg shape=2x3x256:f32:normal
// RUN: attn-run %s --backend=interpret --compare=reference --arg shape=1x5x256:f32:normal \
// RUN:   --arg shape=1x9x256:f32:normal --arg shape=1x9x256:f32:normal

!flat = tensor<?x?x256xf32>
!split = tensor<?x?x8x32xf32>
!tokens = tensor<?x8x?x32xf32>
!scores = !attn.scores<?x8x?x?xf32>
!weights = !attn.weights<?x8x?x?xf32>
func.func private @heads(%x: !flat) -> !tokens {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : !flat
  %m = tensor.dim %x, %c1 : !flat
  %s = tensor.expand_shape %x [[0], [1], [2, 3]] output_shape [%b, %m, 8, 32] : !flat into !split
  %e = tensor.empty(%b, %m) : !tokens
  %t = linalg.transpose ins(%s : !split) outs(%e : !tokens) permutation = [0, 2, 1, 3]
  return %t : !tokens
}
func.func @reshape(%xq: !flat, %xk: !flat, %xv: !flat) -> !flat {
  %q = call @heads(%xq) : (!flat) -> !tokens
  %k = call @heads(%xk) : (!flat) -> !tokens
  %v = call @heads(%xv) : (!flat) -> !tokens
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %masked = attn.mask %s, %causal : !scores
  %w = attn.normalize %masked softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %o, %c0 : !tokens
  %m = tensor.dim %o, %c2 : !tokens
  %e = tensor.empty(%b, %m) : !split
  %t = linalg.transpose ins(%o : !tokens) outs(%e : !split) permutation = [0, 2, 1, 3]
  %r = tensor.collapse_shape %t [[0], [1], [2, 3]] : !split into !flat
  return %r : !flat
}
