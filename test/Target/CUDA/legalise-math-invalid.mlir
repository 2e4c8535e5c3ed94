// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-legalise-math --split-input-file --verify-diagnostics

func.func @power_f64(%x: f64) -> f64 {
  // expected-error@+1 {{expects arithmetic that the target has instructions for, but got math.powf of 'f64'}}
  %y = math.powf %x, %x : f64
  return %y : f64
}

// -----

func.func @error_f64(%x: f64) -> f64 {
  // expected-error@+1 {{expects arithmetic that the target has instructions for, but got math.erf of 'f64'}}
  %y = math.erf %x : f64
  return %y : f64
}

// -----

func.func @off_the_list(%x: f32) -> f32 {
  // expected-error@+1 {{expects arithmetic that the target has instructions for, but got math.asinh of 'f32'}}
  %y = math.asinh %x : f32
  return %y : f32
}
