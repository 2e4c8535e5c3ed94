// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.apply refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @apply_c1(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<2x8x16x64xf32>) {
  // expected-error @below {{'attn.apply' op expects batch sizes of weights and values to match, but got 1 and 2}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<2x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_c2(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x8x15x64xf32>) {
  // expected-error @below {{'attn.apply' op expects key counts of weights and values to match, but got 16 and 15}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<1x8x15x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_c3(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x3x16x64xf32>) {
  // expected-error @below {{'attn.apply' op expects value heads to divide the 8 query heads, but got 3}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<1x3x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_c3_no_heads(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x0x16x64xf32>) {
  // expected-error @below {{'attn.apply' op expects value heads to divide the 8 query heads, but got 0}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<1x0x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_c4(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x8x16x64xf64>) {
  // expected-error @below {{'attn.apply' op expects values of f64 exactly when weights are f64, but got 'tensor<1x8x16x64xf64>' and weights of 'f32'}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xf64>) -> tensor<1x8x16x64xf64>
  return
}

// -----

func.func @apply_c5_count(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.apply' op expects 1 results, but got 0}}
  attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xf32>) -> ()
  return
}

// -----

func.func @apply_c5_shape(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.apply' op expects result #0 to be 'tensor<1x8x16x64xf32>', but got 'tensor<1x8x16x63xf32>'}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x63xf32>
  return
}

// -----

func.func @apply_c5_element(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x8x16x64xbf16>) {
  // expected-error @below {{'attn.apply' op expects result #0 to be 'tensor<1x8x16x64xbf16>', but got 'tensor<1x8x16x64xf32>'}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xbf16>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_c6(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.apply' op expects weights made by attn.normalize, perhaps through attn.gate, for partial results}}
  %o = attn.apply %w, %v partial : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_c7_count(%s: !attn.scores<1x8x16x16xf32>, %v: tensor<1x8x16x64xf32>) {
  %w = attn.normalize %s softmax : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  // expected-error @below {{'attn.apply' op expects 3 results, but got 1}}
  %o = attn.apply %w, %v partial : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_c7_storage(%s: !attn.scores<1x8x16x16xf32>, %v: tensor<1x8x16x64xbf16>) {
  %w = attn.normalize %s relu : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  // expected-error @below {{'attn.apply' op expects result #0 to be 'tensor<1x8x16x64xf32>', but got 'tensor<1x8x16x64xbf16>'}}
  %o = attn.apply %w, %v partial : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xbf16>) -> tensor<1x8x16x64xbf16>
  return
}

// -----

func.func @apply_before_broken_normalizer(%s: !attn.scores<1x8x16x16xf32>, %v: tensor<1x8x16x64xf32>) {
  %w = attn.normalize %s @n : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  %o = attn.apply %w, %v partial : (!attn.weights<1x8x16x16xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}
// expected-error @below {{'attn.normalizer' op expected 8 regions}}
"attn.normalizer"() ({}) {sym_name = "n", compute = f32} : () -> ()

// -----

func.func @apply_of_scores(%w: !attn.scores<1x8x16x16xf32>, %v: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.apply' op operand #0 must be plane of weights, but got '!attn.scores<1x8x16x16xf32>'}}
  %o = attn.apply %w, %v : (!attn.scores<1x8x16x16xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @apply_to_rank_three(%w: !attn.weights<1x8x16x16xf32>, %v: tensor<8x16x64xf32>) {
  // expected-error @below {{'attn.apply' op operand #1 must be 4D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<8x16x64xf32>'}}
  %o = attn.apply %w, %v : (!attn.weights<1x8x16x16xf32>, tensor<8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}
