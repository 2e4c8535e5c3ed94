// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.merge refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @merge_c1_empty() {
  // expected-error @below {{'attn.merge' op expects one part or more of one size, but got 0 tensors in parts of 0}}
  %o = attn.merge softmax () : () -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c1_zero(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op expects one part or more of one size, but got 1 tensors in parts of 0}}
  %o = "attn.merge"(%o0) <{normalizer = #attn.none, arity = 0 : i64, operandSegmentSizes = array<i32: 1, 0>}>
    : (tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c1_rest(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op expects one part or more of one size, but got 1 tensors in parts of 2}}
  %o = "attn.merge"(%o0) <{normalizer = #attn.none, arity = 2 : i64, operandSegmentSizes = array<i32: 1, 0>}>
    : (tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c1_unequal(%o0: tensor<1x8x16x64xf32>, %l: tensor<1x8x16xf32>) {
  // expected-error @below {{custom op 'attn.merge' expects every part to have 2 tensors, but got 1}}
  %o = attn.merge softmax (%o0, %l), (%o0)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c2_symbol(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op expects @nothing to name an attn.normalizer}}
  %o = attn.merge @nothing (%o0) : (tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c2_kind(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op expects normalizer to be a symbol or to implement NormalizerAttrInterface, but got unit}}
  %o = attn.merge with(unit) (%o0) : (tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c2_base(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op expects 'lse_base' to be e or two}}
  %o = "attn.merge"(%o0) <{normalizer = #attn.none, arity = 1 : i64, operandSegmentSizes = array<i32: 1, 0>}> {lse_base}
    : (tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c2_lse(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op expects no lse result, because the normalizer has none}}
  %o, %lse = attn.merge relu (%o0) : (tensor<1x8x16x64xf32>) -> (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>)
  return
}

// -----

func.func @merge_c3(%o0: tensor<1x8x16x64xf32>, %r: tensor<1x8x16xf32>) {
  // expected-error @below {{'attn.merge' op expects parts of 3 tensors (accumulator, reference, sums), but got 4}}
  %o = attn.merge softmax (%o0, %r, %r, %r)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c4_sink(%o0: tensor<1x8x16x64xf32>, %l: tensor<1x8x16xf32>) {
  // expected-error @below {{'attn.merge' op expects parts of 3 tensors, because the normalizer cannot continue from (O, LSE) pairs}}
  %o = attn.merge off_by_one (%o0, %l), (%o0, %l)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16x64xf32>, tensor<1x8x16xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c5_accumulator(%o0: tensor<1x8x15x64xf32>, %r: tensor<1x8x16xf32>) {
  // expected-error @below {{'attn.merge' op expects tensor #0 of part #0 to be 'tensor<1x8x16x64xf32>', but got 'tensor<1x8x15x64xf32>'}}
  %o = attn.merge softmax (%o0, %r, %r)
    : (tensor<1x8x15x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c5_storage(%o0: tensor<1x8x16x64xbf16>, %r: tensor<1x8x16xf32>) {
  // expected-error @below {{'attn.merge' op expects tensor #0 of part #0 to be 'tensor<1x8x16x64xf32>', but got 'tensor<1x8x16x64xbf16>'}}
  %o = attn.merge softmax (%o0, %r, %r)
    : (tensor<1x8x16x64xbf16>, tensor<1x8x16xf32>, tensor<1x8x16xf32>) -> tensor<1x8x16x64xbf16>
  return
}

// -----

func.func @merge_c5_row(%o0: tensor<1x8x16x64xf32>, %r: tensor<1x8x16xf32>, %l: tensor<1x8x16x1xf32>) {
  // expected-error @below {{'attn.merge' op expects tensor #2 of part #1 to be 'tensor<1x8x16xf32>', but got 'tensor<1x8x16x1xf32>'}}
  %o = attn.merge softmax (%o0, %r, %r), (%o0, %r, %l)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>, tensor<1x8x16x64xf32>, tensor<1x8x16xf32>,
       tensor<1x8x16x1xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_c6(%o0: tensor<1x8x16x64xf32>, %r: tensor<1x8x16xf32>) {
  // expected-error @below {{'attn.merge' op lse: expects result #0 to be 'tensor<1x8x16xf32>', but got 'tensor<1x8x16xf64>'}}
  %o, %lse = attn.merge softmax (%o0, %r, %r)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>) -> (tensor<1x8x16x64xf32>, tensor<1x8x16xf64>)
  return
}

// -----

func.func @merge_to_rank_three(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op result #0 must be 4D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<8x16x64xf32>'}}
  %o = attn.merge relu (%o0) : (tensor<1x8x16x64xf32>) -> tensor<8x16x64xf32>
  return
}

// -----

func.func @merge_of_integers(%o0: tensor<1x8x16x64xi32>) {
  // expected-error @below {{'attn.merge' op operand #0 must be variadic of ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<1x8x16x64xi32>'}}
  %o = attn.merge relu (%o0) : (tensor<1x8x16x64xi32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_without_parts() {
  // expected-error @below {{custom op 'attn.merge' expects the parts in parentheses}}
  %o = attn.merge relu : () -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @merge_segment_sizes(%o0: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.merge' op operand count (1) does not match with the total size (14) specified in attribute 'operandSegmentSizes'}}
  %o = "attn.merge"(%o0) <{normalizer = #attn.none, arity = 1 : i64, operandSegmentSizes = array<i32: 7, 7>}>
    : (tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}
