// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.score refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @score_c1(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects terms to be pairs of query and key, but got 1 tensors}}
  %s = attn.score %q domain(align = top_left) : (tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c1_none() {
  // expected-error @below {{'attn.score' op expects terms to be pairs of query and key, but got 0 tensors}}
  %s = "attn.score"() : () -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c2(%q: tensor<1x8x16x64xf32>, %k: tensor<1x8x16x64xbf16>) {
  // expected-error @below {{'attn.score' op expects every term to have element type 'f32', but got 'bf16' in tensor #1}}
  %s = attn.score %q, %k : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xbf16>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c3(%q: tensor<1x8x16x64xf32>, %k: tensor<1x8x16x128xf32>) {
  // expected-error @below {{'attn.score' op expects query and key head sizes to match, but got 64 and 128}}
  %s = attn.score %q, %k : (tensor<1x8x16x64xf32>, tensor<1x8x16x128xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c4(%q: tensor<1x8x16x64xf32>, %k: tensor<2x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects batch sizes to match, but got 1 and 2}}
  %s = attn.score %q, %k : (tensor<1x8x16x64xf32>, tensor<2x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c4_second_term(%q: tensor<?x8x16x64xf32>, %k: tensor<2x8x16x64xf32>, %q2: tensor<3x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects batch sizes to match, but got 2 and 3}}
  %s = attn.score %q, %k, %q2, %k
    : (tensor<?x8x16x64xf32>, tensor<2x8x16x64xf32>, tensor<3x8x16x64xf32>, tensor<2x8x16x64xf32>)
    -> !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @score_c5(%q: tensor<1x8x16x64xf32>, %q2: tensor<1x4x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects query heads to match, but got 8 and 4}}
  %s = attn.score %q, %q, %q2, %q2
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1x4x16x64xf32>, tensor<1x4x16x64xf32>)
    -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c6_queries(%q: tensor<1x8x16x64xf32>, %q2: tensor<1x8x15x64xf32>) {
  // expected-error @below {{'attn.score' op expects query counts to match, but got 16 and 15}}
  %s = attn.score %q, %q, %q2, %q
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1x8x15x64xf32>, tensor<1x8x16x64xf32>)
    -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c6_keys(%q: tensor<1x8x16x64xf32>, %k2: tensor<1x8x15x64xf32>) {
  // expected-error @below {{'attn.score' op expects key counts to match, but got 16 and 15}}
  %s = attn.score %q, %q, %q, %k2
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1x8x15x64xf32>)
    -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c7(%q: tensor<1x8x16x64xf32>, %k: tensor<1x3x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects key heads to divide the 8 query heads, but got 3}}
  %s = attn.score %q, %k : (tensor<1x8x16x64xf32>, tensor<1x3x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c7_no_heads(%q: tensor<1x8x16x64xf32>, %k: tensor<1x0x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects key heads to divide the 8 query heads, but got 0}}
  %s = attn.score %q, %k : (tensor<1x8x16x64xf32>, tensor<1x0x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c8_count(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects one scale per term (1), but got 2}}
  %s = attn.score %q, %q {scales = [0.5 : f32, 0.25 : f32]}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c8_infinite(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects every scale to be finite, but got INF}}
  %s = attn.score %q, %q {scale = 0x7F800000 : f32}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c8_nan(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects every scale to be a floating-point number}}
  %s = attn.score %q, %q {scale = 0x7FC00000 : f32}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c8_integer(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects every scale to be a floating-point number}}
  %s = attn.score %q, %q {scale = 1 : i32}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c8_both(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects scale = number or scales = [numbers], not both}}
  %s = attn.score %q, %q {scale = 1.0 : f32, scales = [1.0 : f32]}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c9(%q: tensor<1x8x15x64xf32>, %k: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects domain(align = top_left) or domain(align = bottom_right), because query and key counts are not statically equal}}
  %s = attn.score %q, %k : (tensor<1x8x15x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x15x16xf32>
  return
}

// -----

func.func @score_c9_dynamic(%q: tensor<1x8x?x64xf32>) {
  // expected-error @below {{'attn.score' op expects domain(align = top_left) or domain(align = bottom_right), because query and key counts are not statically equal}}
  %s = attn.score %q, %q : (tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>) -> !attn.scores<1x8x?x?xf32>
  return
}

// -----

func.func @score_c10(%q: tensor<1x8x16x64xf32>, %c: tensor<3xi32>, %l: tensor<1xi32>) {
  // expected-error @below {{'attn.score' op expects segments or lengths, but got both}}
  %s = attn.score %q, %q domain(align = top_left, segments(%c, %c), lengths(%l, %l))
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi32>, tensor<3xi32>, tensor<1xi32>, tensor<1xi32>)
    -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c11(%q: tensor<2x8x16x64xf32>, %c: tensor<3xi32>) {
  // expected-error @below {{'attn.score' op expects a batch of 1 with segments, but got 2}}
  %s = attn.score %q, %q domain(align = top_left, segments(%c, %c))
    : (tensor<2x8x16x64xf32>, tensor<2x8x16x64xf32>, tensor<3xi32>, tensor<3xi32>) -> !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @score_c12_unequal(%q: tensor<1x8x16x64xf32>, %c: tensor<3xi32>, %d: tensor<4xi32>) {
  // expected-error @below {{'attn.score' op expects segments of the same length, 2 or more, but got 3 and 4}}
  %s = attn.score %q, %q domain(align = top_left, segments(%c, %d))
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi32>, tensor<4xi32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c12_short(%q: tensor<1x8x16x64xf32>, %c: tensor<1xi32>, %d: tensor<?xi32>) {
  // expected-error @below {{'attn.score' op expects segments of the same length, 2 or more, but got 1 and ?}}
  %s = attn.score %q, %q domain(align = top_left, segments(%c, %d))
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1xi32>, tensor<?xi32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c13(%q: tensor<2x8x16x64xf32>, %l: tensor<3xi32>) {
  // expected-error @below {{'attn.score' op expects one length per batch entry (2), but got 'tensor<3xi32>'}}
  %s = attn.score %q, %q domain(align = top_left, lengths(%l, %l))
    : (tensor<2x8x16x64xf32>, tensor<2x8x16x64xf32>, tensor<3xi32>, tensor<3xi32>) -> !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @score_c14(%q: tensor<1x8x16x0xf32>) {
  // expected-error @below {{'attn.score' op expects a scale, because the terms' head sizes are 0}}
  %s = attn.score %q, %q : (tensor<1x8x16x0xf32>, tensor<1x8x16x0xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c15_segments(%q: tensor<1x8x16x64xf32>, %c: tensor<3xi32>) {
  // expected-error @below {{'attn.score' op expects segments of queries and keys, but got one of them}}
  %s = "attn.score"(%q, %q, %c) <{align = #attn.align<top_left>, operandSegmentSizes = array<i32: 2, 1, 0, 0, 0>}>
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c15_lengths(%q: tensor<1x8x16x64xf32>, %l: tensor<1xi32>) {
  // expected-error @below {{'attn.score' op expects lengths of queries and keys, but got one of them}}
  %s = "attn.score"(%q, %q, %l) <{align = #attn.align<top_left>, operandSegmentSizes = array<i32: 2, 0, 0, 0, 1>}>
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1xi32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c16(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects no attribute 'scale' beside the op's own 'scales'}}
  %s = "attn.score"(%q, %q) <{operandSegmentSizes = array<i32: 2, 0, 0, 0, 0>}> {scale = 2.0 : f32}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c16_own_attribute(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op expects 'scales' to be an array of f64}}
  %s = "attn.score"(%q, %q) <{operandSegmentSizes = array<i32: 2, 0, 0, 0, 0>}> {scales = 2 : i64}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_c17(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op inferred type(s) '!attn.scores<1x8x16x16xf32>' are incompatible with return type(s) of operation '!attn.scores<1x8x16x15xf32>'}}
  // expected-error @below {{'attn.score' op failed to infer returned types}}
  %s = attn.score %q, %q : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x15xf32>
  return
}

// -----

func.func @score_c17_f64(%q: tensor<1x8x16x64xf64>) {
  // expected-error @below {{'attn.score' op inferred type(s) '!attn.scores<1x8x16x16xf64>' are incompatible with return type(s) of operation '!attn.scores<1x8x16x16xf32>'}}
  // expected-error @below {{'attn.score' op failed to infer returned types}}
  %s = attn.score %q, %q : (tensor<1x8x16x64xf64>, tensor<1x8x16x64xf64>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_own_attribute_in_dictionary(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects no 'align' in the attribute dictionary}}
  %s = attn.score %q, %q {align = #attn.align<bottom_right>}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_segment_sizes_in_dictionary(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects no 'operandSegmentSizes' in the attribute dictionary}}
  %s = attn.score %q, %q {operandSegmentSizes = array<i32: 900, 3, 0, 0, 1>}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_domain_word(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects align, segments or lengths, each once, but got 'alignment'}}
  %s = attn.score %q, %q domain(alignment = top_left)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_domain_twice(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects align, segments or lengths, each once, but got 'align'}}
  %s = attn.score %q, %q domain(align = top_left, align = top_left)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_align_word(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.score' expects top_left or bottom_right, but got 'middle'}}
  %s = attn.score %q, %q domain(align = middle)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_term_rank(%q: tensor<8x16x64xf32>) {
  // expected-error @below {{'attn.score' op operand #0 must be variadic of 4D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<8x16x64xf32>'}}
  %s = attn.score %q, %q : (tensor<8x16x64xf32>, tensor<8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_term_integer(%q: tensor<1x8x16x64xi8>) {
  // expected-error @below {{'attn.score' op operand #0 must be variadic of 4D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<1x8x16x64xi8>'}}
  %s = attn.score %q, %q : (tensor<1x8x16x64xi8>, tensor<1x8x16x64xi8>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_segments_i64(%q: tensor<1x8x16x64xf32>, %c: tensor<3xi64>) {
  // expected-error @below {{'attn.score' op operand #2 must be 1D tensor of 32-bit signless integer values, but got 'tensor<3xi64>'}}
  %s = attn.score %q, %q domain(align = top_left, segments(%c, %c))
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi64>, tensor<3xi64>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @score_segment_sizes_negative(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.score' op 'operandSegmentSizes' attribute cannot have negative elements}}
  %s = "attn.score"(%q, %q) <{operandSegmentSizes = array<i32: -2, 4, 0, 0, 0>}>
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}
