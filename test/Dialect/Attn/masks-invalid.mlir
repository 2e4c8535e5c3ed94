// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What masks by position and by tensor refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @causal_operand(%x: index) {
  // expected-error @below {{expected integer number of results}}
  %m = attn.causal %x : index
  return
}

// -----

func.func @causal_generic_operand(%x: index) {
  // expected-error @below {{'attn.causal' op requires zero operands}}
  %m = "attn.causal"(%x) : (index) -> !attn.mask
  return
}

// -----

func.func @causal_type() {
  // expected-error @below {{expected operation name in quotes}}
  %m = attn.causal : !attn.mask
  return
}

// -----

func.func @causal_result() {
  // expected-error @below {{'attn.causal' op result #0 must be mask, but got 'i1'}}
  %m = "attn.causal"() : () -> i1
  return
}

// -----

func.func @causal_no_result() {
  // expected-error @below {{'attn.causal' op requires one result}}
  "attn.causal"() : () -> ()
  return
}

// -----

func.func @causal_two_results() {
  // expected-error @below {{operation defines 1 results but was provided 2 to bind}}
  %m:2 = attn.causal
  return
}

// -----

func.func @causal_region() {
  // expected-error @below {{'attn.causal' op requires zero regions}}
  %m = "attn.causal"() ({}) : () -> !attn.mask
  return
}

// -----

func.func @causal_used_as_plane() {
  %m = attn.causal
  // expected-error @below {{'attn.reduce' op operand #0 must be scores or weights plane, but got '!attn.mask'}}
  %r = attn.reduce %m row_max : (!attn.mask) -> tensor<1x8x16xf32>
  return
}

// -----

func.func @causal_successor() {
  // expected-error @below {{successors in non-terminator}}
  %m = "attn.causal"()[^bb1] : () -> !attn.mask
^bb1:
  return
}

// -----

func.func @window_c1() {
  // expected-error @below {{'attn.window' op expects left, right or both}}
  %m = attn.window
  return
}

// -----

func.func @window_c2_left() {
  // expected-error @below {{'attn.window' op expects left to be from 0 to 2147483647, but got -1}}
  %m = attn.window left = -1
  return
}

// -----

func.func @window_c2_right() {
  // expected-error @below {{'attn.window' op expects right to be from 0 to 2147483647, but got -9223372036854775808}}
  %m = attn.window left = 0 right = -9223372036854775808
  return
}

// -----

func.func @window_c2_far() {
  // expected-error @below {{'attn.window' op expects left to be from 0 to 2147483647, but got 2147483648}}
  %m = attn.window left = 2147483648
  return
}

// -----

func.func @window_huge() {
  // expected-error @below {{integer constant out of range for attribute}}
  %m = attn.window left = 99999999999999999999
  return
}

// -----

func.func @window_float() {
  %m = attn.window left = 1.5
  // expected-error @below {{floating point value not valid for specified type}}
  return
}

// -----

func.func @window_i32() {
  // expected-error @below {{'attn.window' op attribute 'left' failed to satisfy constraint: 64-bit signless integer attribute}}
  %m = "attn.window"() <{left = 4 : i32}> : () -> !attn.mask
  return
}

// -----

func.func @window_order() {
  // expected-error @below {{custom op 'left' is unknown (tried 'func.left' as well)}}
  %m = attn.window right = 4 left = 4
  return
}

// -----

func.func @window_word() {
  // expected-error @below {{expected '='}}
  %m = attn.window left 4
  return
}

// -----

func.func @sink_c1_zero() {
  // expected-error @below {{'attn.sink' op expects tokens to be from 1 to 2147483647, but got 0}}
  %m = attn.sink 0
  return
}

// -----

func.func @sink_c1_negative() {
  // expected-error @below {{'attn.sink' op expects tokens to be from 1 to 2147483647, but got -4}}
  %m = attn.sink -4
  return
}

// -----

func.func @sink_c1_far() {
  // expected-error @below {{'attn.sink' op expects tokens to be from 1 to 2147483647, but got 4294967296}}
  %m = attn.sink 4294967296
  return
}

// -----

func.func @sink_missing() {
  // expected-error @below {{expected attribute value}}
  %m = attn.sink
  return
}

// -----

func.func @sink_generic_missing() {
  // expected-error @below {{'attn.sink' op requires attribute 'tokens'}}
  %m = "attn.sink"() : () -> !attn.mask
  return
}

// -----

func.func @sink_huge() {
  // expected-error @below {{integer constant out of range for attribute}}
  %m = attn.sink 99999999999999999999
  return
}

// -----

func.func @sink_float() {
  %m = attn.sink 4.0
  // expected-error @below {{floating point value not valid for specified type}}
  return
}

// -----

func.func @sink_i32() {
  // expected-error @below {{'attn.sink' op attribute 'tokens' failed to satisfy constraint: 64-bit signless integer attribute}}
  %m = "attn.sink"() <{tokens = 4 : i32}> : () -> !attn.mask
  return
}

// -----

func.func @sink_operand(%n: index) {
  // expected-error @below {{expected attribute value}}
  %m = attn.sink %n
  return
}
