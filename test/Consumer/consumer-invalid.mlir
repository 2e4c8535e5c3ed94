// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What verifiers of another dialect say, and what the project says of it.
// RUN: consumer-opt %s --split-input-file --verify-diagnostics

func.func @chunk_size() {
  // expected-error @below {{'consumer.chunk' op expects size to be positive, but got 0}}
  %c = consumer.chunk 0
  return
}

// -----

func.func @documents_of_other_plane(%s: !attn.scores<1x8x16x16xf32>, %ids: tensor<15xi32>) {
  %d = consumer.same_document %ids : tensor<15xi32>
  // expected-error @below {{'attn.mask' op expects one document for each query and key, but got 'tensor<15xi32>'}}
  %r = attn.mask %s, %d : !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @documents_of_other_plane_combined(%s: !attn.scores<1x8x16x16xf32>, %ids: tensor<15xi32>) {
  %d = consumer.same_document %ids : tensor<15xi32>
  %c = consumer.chunk 4
  %n = attn.not %d
  %m = attn.and %c, %n
  // expected-error @below {{'attn.mask' op expects one document for each query and key, but got 'tensor<15xi32>'}}
  %r = attn.mask %s, %m : !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @captures_for_none(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<8xf32>) {
  // expected-error @below {{'attn.normalize' op expects no captured tensor for #consumer.taylor, but got 1}}
  %w = attn.normalize %s with(#consumer.taylor)(%t)
    : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @captures_missing(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects the temperatures of #consumer.power_of_two, but got 0 tensors}}
  %w = attn.normalize %s with(#consumer.power_of_two) : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @captures_of_other_heads(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<4xf32>) {
  // expected-error @below {{'attn.normalize' op expects one f32 temperature for each of 8 heads, but got 'tensor<4xf32>'}}
  %w = attn.normalize %s with(#consumer.power_of_two)(%t)
    : (!attn.scores<1x8x16x16xf32>, tensor<4xf32>) -> !attn.weights<1x8x16x16xf32>
  return
}

// -----

func.func @lse_of_none(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.normalize' op expects no lse result, because the normalizer has none}}
  %w, %l = attn.normalize %s with(#consumer.taylor)
    : (!attn.scores<1x8x16x16xf32>) -> (!attn.weights<1x8x16x16xf32>, tensor<1x8x16xf32>)
  return
}

// -----

func.func @pairs_of_none(%o0: tensor<1x8x16x64xf32>, %l: tensor<1x8x16xf32>, %t: tensor<8xf32>) {
  // expected-error @below {{'attn.merge' op expects parts of 3 tensors, because the normalizer cannot continue from (O, LSE) pairs}}
  %o = attn.merge with(#consumer.power_of_two)(%t) (%o0, %l)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<8xf32>) -> tensor<1x8x16x64xf32>
  return
}
