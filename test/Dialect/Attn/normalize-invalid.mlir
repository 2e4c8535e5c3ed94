// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.normalize refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @normalize_c1_element(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects weights to be '!attn.weights<1x8x16x16xf32>', but got '!attn.weights<1x8x16x16xf64>'}}
  %w = attn.normalize %s softmax : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf64>
  return
}

// -----

func.func @normalize_c1_shape(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects weights to be '!attn.weights<1x8x16x16xf32>', but got '!attn.weights<1x8x16x?xf32>'}}
  %w = attn.normalize %s softmax : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x?xf32>
  return
}

// -----

func.func @normalize_c2_nested_symbol(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects normalizer to be a symbol or to implement NormalizerAttrInterface, but got @a::@b}}
  %w = "attn.normalize"(%s) <{normalizer = @a::@b}>
    : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c2_unit(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects normalizer to be a symbol or to implement NormalizerAttrInterface, but got unit}}
  %w = attn.normalize %s with(unit) : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c2_type(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects normalizer to be a symbol or to implement NormalizerAttrInterface, but got !attn.mask}}
  %w = attn.normalize %s with(!attn.mask) : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c3_missing(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects @nothing to name an attn.normalizer}}
  %w = attn.normalize %s @nothing : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c3_function(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects @normalize_c3_function to name an attn.normalizer}}
  %w = attn.normalize %s @normalize_c3_function : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

attn.normalizer @outer : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}
module {
  func.func @normalize_c3_outside_module(%s: !attn.scores<1x8x16x16xf32>) {
    // expected-error @below {{'attn.normalize' op expects @outer to name an attn.normalizer}}
    %w = attn.normalize %s @outer : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
    return
  }
}

// -----

func.func @normalize_c4_sink_shape(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<7xf32>) {
  // expected-error @below {{'attn.normalize' op expects sink to be a float tensor with one element or one per head (8), but got 'tensor<7xf32>'}}
  %w = attn.normalize %s softmax sink(%t)
    : (!attn.scores<1x8x16x16xf32>, tensor<7xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c4_sink_rank(%s: !attn.scores<1x?x16x16xf32>, %t: tensor<1x1xf32>) {
  // expected-error @below {{'attn.normalize' op expects sink to be a float tensor with one element or one per head (?), but got 'tensor<1x1xf32>'}}
  %w = attn.normalize %s softmax sink(%t)
    : (!attn.scores<1x?x16x16xf32>, tensor<1x1xf32>) -> !attn.weights<1x?x16x16xf32>
  return
}

// -----

func.func @normalize_c4_bias_integer(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<8xi32>) {
  // expected-error @below {{'attn.normalize' op expects bias to be a float tensor with one element or one per head (8), but got 'tensor<8xi32>'}}
  %w = attn.normalize %s sigmoid bias(%t)
    : (!attn.scores<1x8x16x16xf32>, tensor<8xi32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c4_none_captures(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<8xf32>) {
  // expected-error @below {{'attn.normalize' op expects 0 captured tensors for the normalizer, but got 1}}
  %w = "attn.normalize"(%s, %t) <{normalizer = #attn.none}>
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c4_sink_missing(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects 1 captured tensors for the normalizer, but got 0}}
  %w = attn.normalize %s with(#attn.softmax<sink = learnable>)
    : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

attn.normalizer @n : f32 captures(!attn.captured<8xf32>) {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}
func.func @normalize_c4_symbol_count(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects 1 captured tensors for normalizer @n, but got 0}}
  %w = attn.normalize %s @n : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

attn.normalizer @n : f32 captures(!attn.captured<8xf32>) {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}
func.func @normalize_c4_symbol_type(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<7xf32>) {
  // expected-error @below {{'attn.normalize' op expects captured tensor #0 of normalizer @n to fit '!attn.captured<8xf32>', but got 'tensor<7xf32>'}}
  %w = attn.normalize %s @n(%t) : (!attn.scores<1x8x16x16xf32>, tensor<7xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

attn.normalizer @n : f64 {
  weight {
  ^bb0(%s: f64):
    attn.yield %s : f64
  }
}
func.func @normalize_c4_symbol_compute(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects normalizer @n to compute in 'f32', but got 'f64'}}
  %w = attn.normalize %s @n : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c5(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects no lse result, because the normalizer has none}}
  %w, %l = attn.normalize %s relu
    : (!attn.scores<1x8x16x16xf32>) -> (!attn.weights<1x8x16x16xf32>, tensor<1x8x16xf32>)
  return
}

// -----

func.func @normalize_c6_base(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects no lse clause without an lse result}}
  %w = attn.normalize %s softmax lse(base = 2) : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c6_sink(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects no lse clause without an lse result}}
  %w = attn.normalize %s off_by_one lse(sink_included)
    : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_c7_unsaid(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects lse(base = ..., sink_included) or lse(base = ..., sink_excluded), because the normalizer has a sink}}
  %w, %l = attn.normalize %s off_by_one
    : (!attn.scores<1x8x16x16xf32>) -> (!attn.weights<1x8x16x16xf32>, tensor<1x8x16xf32>)
  return
}

// -----

func.func @normalize_c7_no_sink(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects neither sink_included nor sink_excluded, because the normalizer has no sink}}
  %w, %l = attn.normalize %s softmax lse(sink_excluded)
    : (!attn.scores<1x8x16x16xf32>) -> (!attn.weights<1x8x16x16xf32>, tensor<1x8x16xf32>)
  return
}

// -----

func.func @normalize_c8(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op lse: expects result #0 to be 'tensor<1x8x16xf32>', but got 'tensor<1x8x15xf32>'}}
  %w, %l = attn.normalize %s softmax
    : (!attn.scores<1x8x16x16xf32>) -> (!attn.weights<1x8x16x16xf32>, tensor<1x8x15xf32>)
  return
}

// -----

func.func @normalize_c9(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects 'lse_base' to be e or two}}
  %w = "attn.normalize"(%s) <{normalizer = #attn.none}> {lse_base = 2 : i64}
    : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_word(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{custom op 'attn.normalize' expects softmax, off_by_one, sigmoid, relu, none, a symbol or 'with', but got 'hardmax'}}
  %w = attn.normalize %s hardmax : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_lse_base(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{custom op 'attn.normalize' expects the base to be e or 2}}
  %w = attn.normalize %s softmax lse(base = 10) : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_lse_word(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{custom op 'attn.normalize' expects base, sink_included or sink_excluded, but got 'sink'}}
  %w = attn.normalize %s softmax lse(sink) : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_weights(%s: !attn.weights<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op operand #0 must be plane of scores, but got '!attn.weights<1x8x16x16xf32>'}}
  %w = attn.normalize %s softmax : (!attn.weights<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @normalize_no_result(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expected 1 or more results}}
  attn.normalize %s softmax : (!attn.scores<1x8x16x16xf32>) -> ()
  return
}

// -----

func.func @normalize_three_results(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op result group starting at #1 requires 0 or 1 element, but found 2}}
  %w:3 = attn.normalize %s softmax
    : (!attn.scores<1x8x16x16xf32>) -> (!attn.weights<1x8x16x16xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  return
}
