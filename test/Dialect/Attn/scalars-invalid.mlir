// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the scalar ops refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @softcap_c1_zero(%x: f32) {
  // expected-error @below {{'attn.softcap' op expects cap to be positive and finite in 'f32', but got 0.000000e+00}}
  %t = attn.softcap %x, 0.0 : f32
  return
}

// -----

func.func @softcap_c1_negative(%x: f32) {
  // expected-error @below {{'attn.softcap' op expects cap to be positive and finite in 'f32', but got -5.000000e+01}}
  %t = attn.softcap %x, -5.000000e+01 : f32
  return
}

// -----

func.func @softcap_c1_infinite(%x: f32) {
  // expected-error @below {{'attn.softcap' op expects cap to be positive and finite in 'f32', but got INF}}
  %t = attn.softcap %x, 0x7FF0000000000000 : f32
  return
}

// -----

func.func @softcap_c1_nan(%x: f64) {
  // expected-error @below {{'attn.softcap' op expects cap to be positive and finite in 'f64', but got nan}}
  %t = attn.softcap %x, 0x7FF8000000000000 : f64
  return
}

// -----

func.func @softcap_c1_too_large_for_f32(%x: f32) {
  // expected-error @below {{'attn.softcap' op expects cap to be positive and finite in 'f32', but got INF}}
  %t = attn.softcap %x, 1.0e+300 : f32
  return
}

// -----

func.func @softcap_c1_too_small_for_f32(%x: f32) {
  // expected-error @below {{'attn.softcap' op expects cap to be positive and finite in 'f32', but got 0.000000e+00}}
  %t = attn.softcap %x, 1.0e-300 : f32
  return
}

// -----

func.func @softcap_f16(%x: f16) {
  // expected-error @below {{'attn.softcap' op operand #0 must be f32 or f64, but got 'f16'}}
  %t = attn.softcap %x, 5.0 : f16
  return
}

// -----

func.func @softcap_integer(%x: i32) {
  // expected-error @below {{'attn.softcap' op operand #0 must be f32 or f64, but got 'i32'}}
  %t = attn.softcap %x, 5.0 : i32
  return
}

// -----

func.func @softcap_cap_f32(%x: f32) {
  // expected-error @below {{'attn.softcap' op attribute 'cap' failed to satisfy constraint: 64-bit float attribute}}
  %t = "attn.softcap"(%x) <{cap = 5.0 : f32}> : (f32) -> f32
  return
}

// -----

func.func @softcap_types(%x: f32) {
  // expected-error @below {{'attn.softcap' op requires the same type for all operands and results}}
  %t = "attn.softcap"(%x) <{cap = 5.0 : f64}> : (f32) -> f64
  return
}

// -----

func.func @softcap_cap_missing(%x: f32) {
  // expected-error @below {{expected ','}}
  %t = attn.softcap %x : f32
  return
}

// -----

func.func @lookup_c1_few(%t: !attn.captured<4x8xf32>, %i: index) {
  // expected-error @below {{'attn.lookup' op expects 2 indices, one per dimension of '!attn.captured<4x8xf32>', but got 1}}
  %x = attn.lookup %t[%i] : !attn.captured<4x8xf32>
  return
}

// -----

func.func @lookup_c1_many(%t: !attn.captured<f32>, %i: index) {
  // expected-error @below {{'attn.lookup' op expects 0 indices, one per dimension of '!attn.captured<f32>', but got 1}}
  %x = attn.lookup %t[%i] : !attn.captured<f32>
  return
}

// -----

func.func @lookup_c2_large(%t: !attn.captured<4xf32>) {
  %i = arith.constant 4 : index
  // expected-error @below {{'attn.lookup' op expects index #0 to lie inside '!attn.captured<4xf32>', but got 4}}
  %x = attn.lookup %t[%i] : !attn.captured<4xf32>
  return
}

// -----

func.func @lookup_c2_negative(%t: !attn.captured<?xf32>) {
  %i = arith.constant -1 : index
  // expected-error @below {{'attn.lookup' op expects index #0 to lie inside '!attn.captured<?xf32>', but got -1}}
  %x = attn.lookup %t[%i] : !attn.captured<?xf32>
  return
}

// -----

func.func @lookup_c2_empty(%t: !attn.captured<0xf32>) {
  %i = arith.constant 0 : index
  // expected-error @below {{'attn.lookup' op expects index #0 to lie inside '!attn.captured<0xf32>', but got 0}}
  %x = attn.lookup %t[%i] : !attn.captured<0xf32>
  return
}

// -----

func.func @lookup_c3(%t: !attn.captured<4xf32>, %i: index) {
  // expected-error @below {{'attn.lookup' op inferred type(s) 'f32' are incompatible with return type(s) of operation 'f64'}}
  // expected-error @below {{'attn.lookup' op failed to infer returned types}}
  %x = "attn.lookup"(%t, %i) : (!attn.captured<4xf32>, index) -> f64
  return
}

// -----

func.func @lookup_of_tensor(%t: tensor<4xf32>, %i: index) {
  // expected-error @below {{'attn.lookup' op expects tensor to be captured, of type !attn.captured}}
  %x = attn.lookup %t[%i] : tensor<4xf32>
  return
}

// -----

func.func @lookup_of_tensor_generic(%t: tensor<4xf32>, %i: index) {
  // expected-error @below {{'attn.lookup' op operand #0 must be captured tensor, but got 'tensor<4xf32>'}}
  %x = "attn.lookup"(%t, %i) : (tensor<4xf32>, index) -> f32
  return
}

// -----

func.func @lookup_index_i32(%t: !attn.captured<4xf32>, %i: i32) {
  // expected-error @below {{'attn.lookup' op operand #1 must be variadic of index, but got 'i32'}}
  %x = "attn.lookup"(%t, %i) : (!attn.captured<4xf32>, i32) -> f32
  return
}

// -----

func.func @lookup_of_nothing() {
  // expected-error @below {{'attn.lookup' op expected 1 or more operands, but found 0}}
  %x = "attn.lookup"() : () -> f32
  return
}

// -----

func.func @distance_f16(%i: index, %j: index) {
  // expected-error @below {{'attn.distance' op result #0 must be f32 or f64, but got 'f16'}}
  %d = attn.distance %j, %i : f16
  return
}

// -----

func.func @distance_index(%i: index, %j: index) {
  // expected-error @below {{'attn.distance' op result #0 must be f32 or f64, but got 'index'}}
  %d = attn.distance %j, %i : index
  return
}

// -----

func.func @distance_of_i32(%i: i32, %j: i32) {
  // expected-error @below {{'attn.distance' op operand #0 must be index, but got 'i32'}}
  %d = "attn.distance"(%j, %i) : (i32, i32) -> f32
  return
}

// -----

func.func @distance_of_one(%i: index) {
  // expected-error @below {{'attn.distance' op expected 2 operands, but found 1}}
  %d = "attn.distance"(%i) : (index) -> f32
  return
}

// -----

func.func @distance_of_three(%i: index) {
  // expected-error @below {{expected ':'}}
  %d = attn.distance %i, %i, %i : f32
  return
}

// -----

func.func @distance_untyped(%i: index, %j: index) {
  // expected-error @below {{expected ':'}}
  %d = attn.distance %j, %i
  return
}

// -----

func.func @distance_vector(%i: index, %j: index) {
  // expected-error @below {{'attn.distance' op result #0 must be f32 or f64, but got 'vector<4xf32>'}}
  %d = attn.distance %j, %i : vector<4xf32>
  return
}

// -----

func.func @distance_two_results(%i: index, %j: index) {
  // expected-error @below {{operation defines 1 results but was provided 2 to bind}}
  %d:2 = attn.distance %j, %i : f32
  return
}

// -----

func.func @yield_c1() {
  // expected-error @below {{'attn.yield' op expects to end a region of scalars, not a function}}
  attn.yield
}

// -----

func.func @yield_not_last(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{'attn.yield' op must be the last operation in the parent block}}
    attn.yield %x : f32
    attn.yield %x : f32
  }
  return
}

// -----

func.func @yield_untyped(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{expected ':'}}
    attn.yield %x
  }
  return
}

// -----

func.func @yield_types(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{custom op 'attn.yield' number of operands and types do not match: got 1 operands and 2 types}}
    attn.yield %x : f32, f32
  }
  return
}

// -----

func.func @yield_other_type(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  // expected-note @below {{prior use here}}
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{use of value '%x' expects different type than prior uses: 'f64' vs 'f32'}}
    attn.yield %x : f64
  }
  return
}

// -----

func.func @yield_undefined(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{use of undeclared SSA value name}}
    attn.yield %missing : f32
  }
  return
}

// -----

func.func @yield_result(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{cannot name an operation with no results}}
    %y = attn.yield %x : f32
  }
  return
}

// -----

func.func @yield_successor() {
  // expected-error @below {{'attn.yield' op requires 0 successors but found 1}}
  "attn.yield"()[^bb1] : () -> ()
^bb1:
  return
}

// -----

func.func @yield_region() {
  // expected-error @below {{'attn.yield' op requires zero regions}}
  "attn.yield"() ({}) : () -> ()
}
