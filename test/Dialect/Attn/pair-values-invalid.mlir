// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.query_index, attn.key_index and attn.extent refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @query_index_c1() {
  // expected-error @below {{'attn.query_index' op expects to stand in a score, weight or mask region}}
  %q = attn.query_index
  return
}

// -----

// expected-error @below {{'attn.query_index' op expects to stand in a score, weight or mask region}}
%q = attn.query_index
func.func private @query_index_c1_module()

// -----

attn.normalizer @query_index_c1_normalizer : f32 {
  weight {
  ^bb0(%s: f32):
    // expected-error @below {{'attn.query_index' op expects to stand in a score, weight or mask region}}
    %q = attn.query_index
    attn.yield %s : f32
  }
}

// -----

tile.kernel @query_index_c1_kernel()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @below {{'attn.query_index' op expects to stand in a score, weight or mask region}}
  %q = attn.query_index
  tile.yield
}

// -----

func.func @query_index_c1_nested(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %y = scf.execute_region -> index {
      // expected-error @below {{'attn.query_index' op expects to stand in a score, weight or mask region}}
      %q = attn.query_index
      scf.yield %q : index
    }
    attn.yield %x : f32
  }
  return
}

// -----

func.func @query_index_type() {
  // expected-error @below {{expected operation name in quotes}}
  %q = attn.query_index : index
  return
}

// -----

func.func @query_index_i32() {
  // expected-error @below {{'attn.query_index' op result #0 must be index, but got 'i32'}}
  %q = "attn.query_index"() : () -> i32
  return
}

// -----

func.func @query_index_operand(%i: index) {
  // expected-error @below {{'attn.query_index' op requires zero operands}}
  %q = "attn.query_index"(%i) : (index) -> index
  return
}

// -----

func.func @key_index_c1() {
  // expected-error @below {{'attn.key_index' op expects to stand in a score, weight or mask region}}
  %q = attn.key_index
  return
}

// -----

attn.normalizer @key_index_c1_normalizer : f32 {
  weight {
  ^bb0(%s: f32):
    // expected-error @below {{'attn.key_index' op expects to stand in a score, weight or mask region}}
    %q = attn.key_index
    attn.yield %s : f32
  }
}

// -----

func.func @key_index_c1_loop(%n: index) {
  scf.for %i = %n to %n step %n {
    // expected-error @below {{'attn.key_index' op expects to stand in a score, weight or mask region}}
    %q = attn.key_index
  }
  return
}

// -----

func.func @key_index_type() {
  // expected-error @below {{expected operation name in quotes}}
  %q = attn.key_index : index
  return
}

// -----

func.func @key_index_f32() {
  // expected-error @below {{'attn.key_index' op result #0 must be index, but got 'f32'}}
  %q = "attn.key_index"() : () -> f32
  return
}

// -----

func.func @key_index_operand(%i: index) {
  // expected-error @below {{'attn.key_index' op requires zero operands}}
  %q = "attn.key_index"(%i) : (index) -> index
  return
}

// -----

func.func @key_index_no_result() {
  // expected-error @below {{'attn.key_index' op requires one result}}
  "attn.key_index"() : () -> ()
  return
}

// -----

func.func @key_index_two_results() {
  // expected-error @below {{operation defines 1 results but was provided 2 to bind}}
  %q:2 = attn.key_index
  return
}

// -----

func.func @extent_c1() {
  // expected-error @below {{'attn.extent' op expects to stand in a score, weight or mask region}}
  %q = attn.extent key
  return
}

// -----

attn.normalizer @extent_c1_normalizer : f32 {
  weight {
  ^bb0(%s: f32):
    // expected-error @below {{'attn.extent' op expects to stand in a score, weight or mask region}}
    %q = attn.extent query
    attn.yield %s : f32
  }
}

// -----

func.func @extent_axis_word() {
  // expected-error @below {{custom op 'attn.extent' expects query or key, but got 'head'}}
  %q = attn.extent head
  return
}

// -----

func.func @extent_axis_missing() {
  %q = attn.extent
  // expected-error @below {{custom op 'attn.extent' expects query or key, but got 'return'}}
  return
}

// -----

func.func @extent_generic_missing() {
  // expected-error @below {{'attn.extent' op requires attribute 'axis'}}
  %q = "attn.extent"() : () -> index
  return
}

// -----

func.func @extent_axis_number() {
  // expected-error @below {{invalid properties {axis = 1 : i32} for op attn.extent: Invalid attribute `axis` in property conversion: 1 : i32}}
  %q = "attn.extent"() <{axis = 1 : i32}> : () -> index
  return
}

// -----

func.func @extent_axis_unknown() {
  // expected-error @below {{expected ::attn::Axis to be one of: query, key}}
  // expected-error @below {{failed to parse Attn_AxisAttr parameter 'value' which is to be a `::attn::Axis`}}
  %q = "attn.extent"() <{axis = #attn.axis<head>}> : () -> index
  return
}

// -----

func.func @extent_i32() {
  // expected-error @below {{'attn.extent' op result #0 must be index, but got 'i32'}}
  %q = "attn.extent"() <{axis = #attn.axis<key>}> : () -> i32
  return
}

// -----

func.func @extent_operand(%i: index) {
  // expected-error @below {{'attn.extent' op requires zero operands}}
  %q = "attn.extent"(%i) <{axis = #attn.axis<key>}> : (index) -> index
  return
}
