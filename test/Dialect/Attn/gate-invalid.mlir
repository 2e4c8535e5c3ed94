// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.gate refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @gate_c1(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<1x8xf32>) {
  // expected-error @below {{'attn.gate' op expects factor to have one dimension per named axis (3), but got 'tensor<1x8xf32>'}}
  %r = attn.gate %s, %g dims(b, h, i) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<1x8xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_c2_order(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8x1xf32>) {
  // expected-error @below {{'attn.gate' op expects axes to be named once and in order, but got axis 0 after 1}}
  %r = attn.gate %s, %g dims(h, b) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<8x1xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_c2_repeated(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8x8xf32>) {
  // expected-error @below {{'attn.gate' op expects axes to be named once and in order, but got axis 1 after 1}}
  %r = attn.gate %s, %g dims(h, h) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<8x8xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_c2_number(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{'attn.gate' op expects axes to be named once and in order, but got axis 4 after -1}}
  %r = "attn.gate"(%s, %g) <{dims = array<i64: 4>, domain = #attn.gate_domain<log>}>
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_c2_negative(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{'attn.gate' op expects axes to be named once and in order, but got axis -9223372036854775808 after -1}}
  %r = "attn.gate"(%s, %g) <{dims = array<i64: -9223372036854775808>, domain = #attn.gate_domain<log>}>
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_c3_plane(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<7xf32>) {
  // expected-error @below {{'attn.gate' op expects dimension #0 of factor to be 8, but got 7}}
  %r = attn.gate %s, %g dims(h) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<7xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_c3_tensor(%s: tensor<1x8x16x64xf32>, %g: tensor<16x32xf32>) {
  // expected-error @below {{'attn.gate' op expects dimension #1 of factor to be 64, but got 32}}
  %r = attn.gate %s, %g dims(t, d) domain = linear
    : (tensor<1x8x16x64xf32>, tensor<16x32xf32>) -> tensor<1x8x16x64xf32>
  return
}

// -----

func.func @gate_c4(%g: tensor<f32>) {
  // expected-error @below {{'attn.gate' op expects no plane that depends on itself}}
  %r = attn.gate %r, %g dims() domain = linear
    : (!attn.weights<1x8x16x16xf32>, tensor<f32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @gate_c5(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{'attn.gate' op failed to verify that all of {source, result} have same type}}
  %r = attn.gate %s, %g dims(h) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @gate_axis_word(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{custom op 'attn.gate' expects an axis b, h, i, j of a plane or b, h, t, d of a tensor, but got 'heads'}}
  %r = attn.gate %s, %g dims(heads) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_domain_word(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{custom op 'attn.gate' expects linear or log, but got 'exponential'}}
  %r = attn.gate %s, %g dims(h) domain = exponential
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_domain_missing(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{'attn.gate' op requires attribute 'domain'}}
  %r = "attn.gate"(%s, %g) <{dims = array<i64: 1>}>
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_of_mask(%m: !attn.mask, %g: tensor<8xf32>) {
  // expected-error @below {{'attn.gate' op operand #0 must be plane of scores or plane of weights or 4D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got '!attn.mask'}}
  %r = attn.gate %m, %g dims(h) domain = log : (!attn.mask, tensor<8xf32>) -> !attn.mask
  return
}

// -----

func.func @gate_by_integers(%s: !attn.scores<1x8x16x16xf32>, %g: tensor<8xi32>) {
  // expected-error @below {{'attn.gate' op operand #1 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<8xi32>'}}
  %r = attn.gate %s, %g dims(h) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<8xi32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @gate_of_rank_three(%s: tensor<1x8x16xf32>, %g: tensor<8xf32>) {
  // expected-error @below {{'attn.gate' op operand #0 must be plane of scores or plane of weights or 4D tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<1x8x16xf32>'}}
  %r = attn.gate %s, %g dims(h) domain = log : (tensor<1x8x16xf32>, tensor<8xf32>) -> tensor<1x8x16xf32>
  return
}
