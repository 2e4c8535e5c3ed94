// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.mask refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @mask_c1_argument(%s: !attn.scores<1x8x16x16xf32>, %m: !attn.mask) {
  // expected-error @below {{'attn.mask' op expects mask to be made by an op that implements MaskOpInterface}}
  %r = attn.mask %s, %m : !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func private @make() -> !attn.mask
func.func @mask_c1_call(%s: !attn.scores<1x8x16x16xf32>) {
  %m = call @make() : () -> !attn.mask
  // expected-error @below {{'attn.mask' op expects mask to be made by an op that implements MaskOpInterface}}
  %r = attn.mask %s, %m : !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @mask_c1_combined(%s: !attn.scores<1x8x16x16xf32>, %a: !attn.mask) {
  // expected-error @below {{'attn.mask' op expects every mask to be made by an op that implements MaskOpInterface}}
  %r = attn.mask %s, %m : !attn.scores<1x8x16x16xf32>
  %m = attn.and %a
  return
}

// -----

func.func @mask_c2_prefix(%s: !attn.scores<2x8x16x16xf32>, %l: tensor<3xi32>) {
  %m = attn.prefix %l : tensor<3xi32>
  // expected-error @below {{'attn.mask' op expects one prefix length per batch entry (2), but got 'tensor<3xi32>'}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @mask_c2_under_not(%s: !attn.scores<2x8x16x16xf32>, %l: tensor<3xi32>) {
  %p = attn.prefix %l : tensor<3xi32>
  %c = attn.causal
  %n = attn.not %p
  %m = attn.and %c, %n
  // expected-error @below {{'attn.mask' op expects one prefix length per batch entry (2), but got 'tensor<3xi32>'}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @mask_c3() {
  %m = attn.causal
  // expected-error @below {{'attn.mask' op expects no plane that depends on itself}}
  %a = attn.mask %b, %m : !attn.scores<1x8x16x16xf32>
  %b = attn.mask %a, %m : !attn.scores<1x8x16x16xf32>
  return
}

// -----

%m = attn.causal
// expected-error @below {{'attn.mask' op expects no plane that depends on itself}}
%a = attn.mask %a, %m : !attn.scores<1x8x16x16xf32>
func.func private @mask_c3_outside_functions()

// -----

func.func @mask_c3_behind(%x: tensor<f32>) {
  %m = attn.causal
  // expected-error @below {{'attn.mask' op expects no plane that depends on itself}}
  %a = attn.mask %b, %m : !attn.scores<1x8x16x16xf32>
  %b = attn.gate %c, %x dims() domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<f32>) -> !attn.scores<1x8x16x16xf32>
  %c = attn.gate %b, %x dims() domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<f32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @mask_c4(%s: !attn.scores<1x8x16x16xf32>) {
  %m = attn.causal
  // expected-error @below {{'attn.mask' op failed to verify that all of {scores, result} have same type}}
  %r = "attn.mask"(%s, %m) : (!attn.scores<1x8x16x16xf32>, !attn.mask) -> !attn.scores<1x8x16x?xf32>
  return
}

// -----

func.func @mask_of_weights(%s: !attn.weights<1x8x16x16xf32>) {
  %m = attn.causal
  // expected-error @below {{'attn.mask' op operand #0 must be plane of scores, but got '!attn.weights<1x8x16x16xf32>'}}
  %r = attn.mask %s, %m : !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @mask_by_tensor(%s: !attn.scores<1x8x16x16xf32>, %m: tensor<1x8x16x16xi1>) {
  // expected-error @below {{'attn.mask' op operand #1 must be mask, but got 'tensor<1x8x16x16xi1>'}}
  %r = "attn.mask"(%s, %m) : (!attn.scores<1x8x16x16xf32>, tensor<1x8x16x16xi1>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @mask_without_mask(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{expected ','}}
  %r = attn.mask %s : !attn.scores<1x8x16x16xf32>
  return
}
