// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.and, attn.or and attn.not refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @and_c1() {
  // expected-error @below {{'attn.and' op expects at least one mask}}
  %m = "attn.and"() : () -> !attn.mask
  return
}

// -----

func.func @and_c2_argument(%a: !attn.mask) {
  %c = attn.causal
  // expected-error @below {{'attn.and' op expects operand #1 to be made by an op that implements MaskOpInterface}}
  %m = attn.and %c, %a
  return
}

// -----

func.func @and_c2_block_argument(%f: i1) {
  %c = attn.causal
  cf.br ^bb1(%c : !attn.mask)
^bb1(%a: !attn.mask):
  // expected-error @below {{'attn.and' op expects operand #0 to be made by an op that implements MaskOpInterface}}
  %m = attn.and %a
  return
}

// -----

func.func @and_c3(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.and' op expects no mask that depends on itself}}
  %a = attn.and %b
  %b = attn.and %a
  %r = attn.mask %s, %b : !attn.scores<1x8x16x16xf32>
  return
}

// -----

// expected-error @below {{'attn.and' op expects no mask that depends on itself}}
%a = attn.and %a
func.func private @and_c3_itself_outside_functions()

// -----

func.func @and_operand_type(%a: i1) {
  // expected-error @below {{'attn.and' op operand #0 must be variadic of mask, but got 'i1'}}
  %m = "attn.and"(%a) : (i1) -> !attn.mask
  return
}

// -----

func.func @and_result_type() {
  %c = attn.causal
  // expected-error @below {{'attn.and' op result #0 must be mask, but got 'i1'}}
  %m = "attn.and"(%c) : (!attn.mask) -> i1
  return
}

// -----

func.func @and_no_operand() {
  // expected-error @below {{'attn.and' op expects at least one mask}}
  %m = attn.and
  return
}

// -----

func.func @and_written_type() {
  %c = attn.causal
  // expected-error @below {{expected operation name in quotes}}
  %m = attn.and %c, %c : !attn.mask
  return
}

// -----

func.func @or_c1() {
  // expected-error @below {{'attn.or' op expects at least one mask}}
  %m = "attn.or"() : () -> !attn.mask
  return
}

// -----

func.func @or_c2(%a: !attn.mask) {
  // expected-error @below {{'attn.or' op expects operand #0 to be made by an op that implements MaskOpInterface}}
  %m = attn.or %a
  return
}

// -----

func.func @or_c3() {
  // expected-error @below {{'attn.or' op expects no mask that depends on itself}}
  %a = attn.or %b
  %b = attn.not %a
  return
}

// -----

func.func @or_c5() {
  %c = attn.causal
  %m1 = attn.or %c, %c, %c, %c, %c, %c, %c, %c
  %m2 = attn.or %m1, %m1, %m1, %m1, %m1, %m1, %m1, %m1
  %m3 = attn.or %m2, %m2, %m2, %m2, %m2, %m2, %m2, %m2
  // expected-error @below {{'attn.or' op expects a combination of at most 4096 masks, a shared one counted at each use}}
  %m4 = attn.or %m3, %m3, %m3, %m3, %m3, %m3, %m3, %m3
  return
}

// -----

func.func @or_operand_type(%a: tensor<1x1x4x4xi1>) {
  // expected-error @below {{'attn.or' op operand #0 must be variadic of mask, but got 'tensor<1x1x4x4xi1>'}}
  %m = "attn.or"(%a) : (tensor<1x1x4x4xi1>) -> !attn.mask
  return
}

// -----

func.func @or_result_type() {
  %c = attn.causal
  // expected-error @below {{'attn.or' op result #0 must be mask, but got '!attn.captured<f32>'}}
  %m = "attn.or"(%c) : (!attn.mask) -> !attn.captured<f32>
  return
}

// -----

func.func @or_undefined() {
  // expected-error @below {{use of undeclared SSA value name}}
  %m = attn.or %missing
  return
}

// -----

func.func @or_two_results() {
  %c = attn.causal
  // expected-error @below {{operation defines 1 results but was provided 2 to bind}}
  %m:2 = attn.or %c, %c
  return
}

// -----

func.func @not_c1() {
  // expected-error @below {{'attn.not' op requires a single operand}}
  %m = "attn.not"() : () -> !attn.mask
  return
}

// -----

func.func @not_c1_two() {
  %c = attn.causal
  // expected-error @below {{expected operation name in quotes}}
  %m = attn.not %c, %c
  return
}

// -----

func.func @not_c2(%a: !attn.mask) {
  // expected-error @below {{'attn.not' op expects operand #0 to be made by an op that implements MaskOpInterface}}
  %m = attn.not %a
  return
}

// -----

func.func @not_c3_itself() {
  // expected-error @below {{'attn.not' op expects no mask that depends on itself}}
  %m = attn.not %m
  return
}

// -----

func.func @not_c3_through_or() {
  // expected-error @below {{'attn.not' op expects no mask that depends on itself}}
  %a = attn.not %o
  %c = attn.causal
  %o = attn.or %c, %a
  return
}

// -----

func.func @not_operand_type(%a: i1) {
  // expected-error @below {{'attn.not' op operand #0 must be mask, but got 'i1'}}
  %m = "attn.not"(%a) : (i1) -> !attn.mask
  return
}

// -----

func.func @not_result_type() {
  %c = attn.causal
  // expected-error @below {{'attn.not' op result #0 must be mask, but got 'i1'}}
  %m = "attn.not"(%c) : (!attn.mask) -> i1
  return
}

// -----

func.func @not_region() {
  %c = attn.causal
  // expected-error @below {{'attn.not' op requires zero regions}}
  %m = "attn.not"(%c) ({}) : (!attn.mask) -> !attn.mask
  return
}
