// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.reduce refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @reduce_c1(%q: tensor<1x8x16x64xf32>, %c: tensor<3xi32>) {
  %s = attn.score %q, %q domain(align = top_left, segments(%c, %c))
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi32>, tensor<3xi32>) -> !attn.scores<1x8x16x16xf32>
  // expected-error @below {{'attn.reduce' op expects no segments with diagonal_sum}}
  %r = attn.reduce %s diagonal_sum : (!attn.scores<1x8x16x16xf32>) -> tensor<1x8x31xf32>
  return
}

// -----

func.func @reduce_c2_row_max(%s: !attn.scores<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op expects result #0 to be 'tensor<1x8x16xf32>', but got 'tensor<1x8x32xf32>'}}
  %r = attn.reduce %s row_max : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x32xf32>
  return
}

// -----

func.func @reduce_c2_column_sum(%s: !attn.weights<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op expects result #0 to be 'tensor<1x8x32xf32>', but got 'tensor<1x8x16xf32>'}}
  %r = attn.reduce %s column_sum : (!attn.weights<1x8x16x32xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @reduce_c2_diagonal_sum(%s: !attn.weights<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op expects result #0 to be 'tensor<1x8x47xf32>', but got 'tensor<1x8x48xf32>'}}
  %r = attn.reduce %s diagonal_sum : (!attn.weights<1x8x16x32xf32>) -> tensor<1x8x48xf32>
  return
}

// -----

func.func @reduce_c2_element(%s: !attn.scores<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op expects result #0 to be 'tensor<1x8x16xf32>', but got 'tensor<1x8x16xf64>'}}
  %r = attn.reduce %s row_max : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x16xf64>
  return
}

// -----

func.func @reduce_of_tensor(%s: tensor<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op operand #0 must be scores or weights plane, but got 'tensor<1x8x16x32xf32>'}}
  %r = attn.reduce %s row_max : (tensor<1x8x16x32xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @reduce_to_storage(%s: !attn.scores<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op result #0 must be 3D tensor of 32-bit float or 64-bit float values, but got 'tensor<1x8x16xbf16>'}}
  %r = attn.reduce %s row_max : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x16xbf16>
  return
}

// -----

func.func @reduce_kind_word(%s: !attn.scores<1x8x16x32xf32>) {
  // expected-error @below {{custom op 'attn.reduce' expects row_max, column_sum or diagonal_sum, but got 'row_sum'}}
  %r = attn.reduce %s row_sum : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @reduce_kind_missing(%s: !attn.scores<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op requires attribute 'kind'}}
  %r = "attn.reduce"(%s) : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @reduce_without_types(%s: !attn.scores<1x8x16x32xf32>) {
  // expected-error @below {{custom op 'attn.reduce' number of operands and types do not match: got 1 operands and 0 types}}
  %r = attn.reduce %s row_max : () -> tensor<1x8x16xf32>
  return
}

// -----

func.func @reduce_two_results(%s: !attn.scores<1x8x16x32xf32>) {
  // expected-error @below {{'attn.reduce' op requires one result}}
  %r:2 = attn.reduce %s row_max : (!attn.scores<1x8x16x32xf32>) -> (tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  return
}
