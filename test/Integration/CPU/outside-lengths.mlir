// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lengths that the function computes: they cannot be checked before it runs, so that wrong ones are clamped. An
// argument may be returned, and a result twice.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// DEFINE: %{grown} = --entry=grown --arg shape=2x3x37x32:f32:normal --arg shape=2x1x60x32:f32:normal \
// DEFINE:   --arg shape=2x1x60x32:f32:normal
// RUN: %{run} %{grown} --arg '[37,20]:i32' --arg '[50,30]:i32'
// RUN: attn-run %s --backend=cpu %{grown} --arg '[37,20]:i32' --arg '[60,30]:i32'
// RUN: attn-run %s --backend=cpu %{grown} --arg '[37,20]:i32' --arg '[60,2000000000]:i32' 2>&1
// DEFINE: %{packed} = --entry=packed --arg shape=1x3x37x32:f32:normal --arg shape=1x3x%{n}x32:f32:normal \
// DEFINE:   --arg shape=1x3x%{n}x32:f32:normal --arg '[0,5,37]:i32'
// DEFINE: %{n} = 74
// RUN: %{run} %{packed}
// REDEFINE: %{n} = 40
// RUN: attn-run %s --backend=cpu %{packed}

!t = tensor<?x?x?x32xf32>
#id = affine_map<(b) -> (b)>
// The lengths of the keys are one more than what is passed, as after a token was appended.
func.func @grown(%q: !t, %k: !t, %v: !t, %len_q: tensor<?xi32>, %len: tensor<?xi32>) -> !t {
  %c0 = arith.constant 0 : index
  %b = tensor.dim %len, %c0 : tensor<?xi32>
  %e = tensor.empty(%b) : tensor<?xi32>
  %len_k = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%len : tensor<?xi32>) outs(%e : tensor<?xi32>) {
  ^bb0(%n: i32, %out: i32):
    %one = arith.constant 1 : i32
    %next = arith.addi %n, %one : i32
    linalg.yield %next : i32
  } -> tensor<?xi32>
  %s = attn.score %q, %k domain(align = bottom_right, lengths(%len_q, %len_k))
    : (!t, !t, tensor<?xi32>, tensor<?xi32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !t) -> !t
  return %o : !t
}
func.func @packed(%q: !t, %k: !t, %v: !t, %cu: tensor<?xi32>) -> (!t, !t, !t) {
  %c0 = arith.constant 0 : index
  %b = tensor.dim %cu, %c0 : tensor<?xi32>
  %e = tensor.empty(%b) : tensor<?xi32>
  %cu2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%cu : tensor<?xi32>) outs(%e : tensor<?xi32>) {
  ^bb0(%n: i32, %out: i32):
    %two = arith.constant 2 : i32
    %next = arith.muli %n, %two : i32
    linalg.yield %next : i32
  } -> tensor<?xi32>
  %s = attn.score %q, %k domain(align = bottom_right, segments(%cu, %cu2))
    : (!t, !t, tensor<?xi32>, tensor<?xi32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !t) -> !t
  return %o, %k, %o : !t, !t, !t
}
