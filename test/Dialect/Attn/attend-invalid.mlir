// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.attend refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @attend_c1_pairs(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects terms to be pairs of query and key, but got 1 tensors}}
  %o = attn.attend terms(%q) normalize softmax results(row_max) : (tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c1_none() {
  // expected-error @below {{'attn.attend' op expects terms to be pairs of query and key, but got 0 tensors}}
  %o = attn.attend terms() normalize softmax results(row_max) : () -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c1_scales(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects one scale per term (1), but got 2}}
  %o = attn.attend terms(%q, %q) normalize softmax results(row_max) {scales = [1.0 : f32, 1.0 : f32]}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c1_scale_beside(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects 'scales' to be an array of f64}}
  %o = "attn.attend"(%q, %q) <{normalizer = #attn.none, requests = [#attn.attend_result<row_max>],
      operandSegmentSizes = array<i32: 2, 0, 0, 0, 0, 0, 0, 0, 0>}> ({}, {}) {scales = 1 : i32}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c2_align(%q: tensor<1x8x16x64xf32>, %k: tensor<1x8x32x64xf32>) {
  // expected-error @below {{'attn.attend' op expects domain(align = top_left) or domain(align = bottom_right), because query and key counts are not statically equal}}
  %o = attn.attend terms(%q, %k) normalize softmax results(row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x32x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c2_half(%q: tensor<1x8x16x64xf32>, %c: tensor<3xi32>) {
  // expected-error @below {{'attn.attend' op expects segments of queries and keys, but got one of them}}
  %o = "attn.attend"(%q, %q, %c) <{normalizer = #attn.none, requests = [#attn.attend_result<row_max>],
      align = #attn.align<top_left>, operandSegmentSizes = array<i32: 2, 0, 0, 0, 0, 0, 1, 0, 0>}> ({}, {})
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c3(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects at least one requested result}}
  attn.attend terms(%q, %q) normalize softmax results() : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> ()
  return
}

// -----

func.func @attend_c4(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects row_max to be requested once}}
  %o:2 = attn.attend terms(%q, %q) normalize softmax results(row_max, row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> (tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  return
}

// -----

func.func @attend_c5_output(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects values where output is requested}}
  %o = attn.attend terms(%q, %q) normalize softmax results(output)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @attend_c5_partial(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects values where partial is requested}}
  %o:3 = attn.attend terms(%q, %q) normalize softmax results(partial)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  return
}

// -----

func.func @attend_c6(%q: tensor<1x8x16x64xf32>, %c: tensor<3xi32>) {
  // expected-error @below {{'attn.attend' op expects no segments with diagonal_sum}}
  %o = attn.attend terms(%q, %q) normalize softmax domain(align = top_left, segments(%c, %c)) results(diagonal_sum)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi32>, tensor<3xi32>) -> tensor<1x8x31xf32>
  return
}

// -----

func.func @attend_c7_keys(%q: tensor<1x8x16x64xf32>, %v: tensor<1x8x15x64xf32>) {
  // expected-error @below {{'attn.attend' op expects key counts of weights and values to match, but got 16 and 15}}
  %o = attn.attend terms(%q, %q) values(%v) normalize softmax results(output)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1x8x15x64xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @attend_c7_f64(%q: tensor<1x8x16x64xf32>, %v: tensor<1x8x16x64xf64>) {
  // expected-error @below {{'attn.attend' op expects values of f64 exactly when weights are f64, but got 'tensor<1x8x16x64xf64>' and weights of 'f32'}}
  %o = attn.attend terms(%q, %q) values(%v) normalize softmax results(output)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<1x8x16x64xf64>) -> tensor<1x8x16x64xf64>
  return
}

// -----

func.func @attend_c8_argument(%q: tensor<1x8x16x64xf32>, %m: !attn.mask) {
  // expected-error @below {{'attn.attend' op expects mask to be made by an op that implements MaskOpInterface}}
  %o = attn.attend terms(%q, %q) mask(%m) normalize softmax results(row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, !attn.mask) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c8_plane(%q: tensor<1x8x16x64xf32>, %t: tensor<1x8x16x15xi1>) {
  %m = attn.dense %t : tensor<1x8x16x15xi1>
  // expected-error @below {{'attn.attend' op expects the keys extent of a dense mask to be 1 or 16, but got 15}}
  %o = attn.attend terms(%q, %q) mask(%m) normalize softmax results(row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, !attn.mask) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c9_symbol(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects @nothing to name an attn.normalizer}}
  %o = attn.attend terms(%q, %q) normalize @nothing results(row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c9_base(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects 'lse_base' to be e or two}}
  %o = "attn.attend"(%q, %q) <{normalizer = #attn.none, requests = [#attn.attend_result<row_max>],
      operandSegmentSizes = array<i32: 2, 0, 0, 0, 0, 0, 0, 0, 0>}> ({}, {}) {lse_base = 2 : i64}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c9_lse(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects no lse result, because the normalizer has none}}
  %o = attn.attend terms(%q, %q) normalize sigmoid results(lse)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c10_count(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects 2 results, but got 1}}
  %o = attn.attend terms(%q, %q) normalize softmax results(row_max, column_sum)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c10_type(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects result #0 to be 'tensor<1x8x31xf32>', but got 'tensor<1x8x16xf32>'}}
  %o = attn.attend terms(%q, %q) normalize softmax results(diagonal_sum)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c11(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects split to be positive, but got 0}}
  %o = attn.attend terms(%q, %q) normalize softmax results(row_max) split = 0
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_c12_score(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects region 'score' to take 5 arguments, but got 1}}
  %o = attn.attend terms(%q, %q) normalize softmax results(row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  score {
  ^bb0(%x: f32):
    attn.yield %x : f32
  }
  return
}

// -----

func.func @attend_c12_weight(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op expects region 'weight' to yield ('f32'), but got ('index')}}
  %o = attn.attend terms(%q, %q) normalize softmax results(row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  weight {
  ^bb0(%w: f32, %b: index, %h: index, %i: index, %j: index):
    attn.yield %j : index
  }
  return
}

// -----

func.func @attend_request_word(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.attend' expects output, lse, partial, row_max, column_sum or diagonal_sum, but got 'row_sum'}}
  %o = attn.attend terms(%q, %q) normalize softmax results(row_sum)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_own_attribute_in_dictionary(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{custom op 'attn.attend' expects no 'split' in the attribute dictionary}}
  %o = attn.attend terms(%q, %q) normalize softmax results(row_max) {split = 512 : i64}
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @attend_generic_bare() {
  // expected-error @below {{'attn.attend' op requires attribute 'normalizer'}}
  "attn.attend"() ({}, {}) : () -> ()
  return
}

// -----

func.func @attend_requests_integers(%q: tensor<1x8x16x64xf32>) {
  // expected-error @below {{'attn.attend' op attribute 'requests' failed to satisfy constraint: list of output, lse, partial, row_max, column_sum or diagonal_sum}}
  %o = "attn.attend"(%q, %q) <{normalizer = #attn.none, requests = [3 : i32],
      operandSegmentSizes = array<i32: 2, 0, 0, 0, 0, 0, 0, 0, 0>}> ({}, {})
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}
