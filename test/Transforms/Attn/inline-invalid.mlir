// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-inline --split-input-file --verify-diagnostics

func.func private @elsewhere(f32) -> f32
func.func @no_body(%x: f32) -> f32 {
  // expected-error@+1 {{'func.call' op cannot be inlined: 'elsewhere' has no body}}
  %y = call @elsewhere(%x) : (f32) -> f32
  return %y : f32
}

// -----

func.func @calls_itself(%x: f32) -> f32 {
  // expected-error@+1 {{'func.call' op cannot be inlined: 'calls_itself' calls itself}}
  %y = call @calls_itself(%x) : (f32) -> f32
  return %y : f32
}

// -----

func.func private @ping(%x: f32) -> f32 {
  %y = call @pong(%x) : (f32) -> f32
  return %y : f32
}
func.func private @pong(%x: f32) -> f32 {
  // expected-error@+1 {{'func.call' op cannot be inlined: 'ping' calls itself}}
  %y = call @ping(%x) : (f32) -> f32
  return %y : f32
}
func.func @in_circles(%x: f32) -> f32 {
  %y = call @ping(%x) : (f32) -> f32
  return %y : f32
}

// -----

func.func private @branches(%c: i1) -> i1 {
  cf.cond_br %c, ^yes, ^no
^yes:
  return %c : i1
^no:
  return %c : i1
}
func.func @several_blocks(%c: i1) -> i1 {
  // expected-error@+1 {{'func.call' op cannot be inlined: 'branches' has several blocks}}
  %y = call @branches(%c) : (i1) -> i1
  return %y : i1
}
