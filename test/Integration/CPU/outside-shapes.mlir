// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reshapes with sizes from a scalar, of arguments and of strided slices, and what they refuse.
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference
// DEFINE: %{kv} = --arg shape=2x3x37x32:f32:normal --arg shape=2x3x37x32:f32:normal
// RUN: %{run} --arg shape=2x111x32:f32:normal %{kv} --arg 3:index
// RUN: not %{run} --arg shape=2x112x32:f32:normal %{kv} --arg 3:index 2>&1 | FileCheck %s
// RUN: not %{run} --arg shape=2x111x32:f32:normal %{kv} --arg 0:index 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not %{run} --arg shape=2x8x32:f32:normal %{kv} --arg 4:index 2>&1 | FileCheck %s --check-prefix=HEADS
// RUN: not %{run} --arg shape=2x3x32:f32:normal %{kv} --arg 3:index 2>&1 | FileCheck %s --check-prefix=SLICE

// CHECK: entry 'shapes' at {{.*}}: expected the product of the sizes that dimension 1 of 'x' becomes to equal it
// CHECK-SAME: in 'tensor.expand_shape' at {{.*}}outside-shapes.mlir:{{[0-9:]+}}, but got 111 and 112
// ZERO: 'shapes' at {{.*}}: expected the divisor in 'arith.divui' at {{.*}} to be at least 1, but got 1 and 0
// HEADS: 'shapes' at {{.*}}: expected the heads of 'tensor.expand_shape at {{[^']*}}' to be a multiple of
// HEADS-SAME: the heads of 'k', but got 4 and 3
// SLICE: 'shapes' at {{.*}}: expected the slice to end inside dimension 2 of 'attn.attend at {{[^']*}}'
// SLICE-SAME: in 'tensor.extract_slice' at {{.*}}, but got 2 and 1

!t = tensor<?x?x?x32xf32>
func.func private @att(%q: !t, %k: !t, %v: !t) -> !t {
  %s = attn.score %q, %k domain(align = bottom_right) : (!t, !t) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !t) -> !t
  return %o : !t
}
func.func @shapes(%x: tensor<?x?x32xf32>, %k: !t, %v: !t, %h: index) -> (tensor<?x32xf32>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %x, %c0 : tensor<?x?x32xf32>
  %hm = tensor.dim %x, %c1 : tensor<?x?x32xf32>
  %m = arith.divui %hm, %h : index
  %q = tensor.expand_shape %x [[0], [1, 2], [3]] output_shape [%b, %h, %m, 32] : tensor<?x?x32xf32> into !t
  %o = call @att(%q, %k, %v) : (!t, !t, !t) -> !t
  %r = tensor.collapse_shape %o [[0, 1, 2], [3]] : !t into tensor<?x32xf32>
  %m1 = arith.minui %m, %c1 : index
  %part = tensor.extract_slice %o[0, 0, %m1, 4] [%b, 1, 1, 5] [1, 1, 1, 2] : !t to tensor<?x1x1x5xf32>
  %flat = tensor.collapse_shape %part [[0, 1], [2, 3]] : tensor<?x1x1x5xf32> into tensor<?x5xf32>
  %d = tensor.cast %flat : tensor<?x5xf32> to tensor<?x?xf32>
  return %r, %d : tensor<?x32xf32>, tensor<?x?xf32>
}
