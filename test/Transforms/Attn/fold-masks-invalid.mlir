// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What must not fold, and what no pass gets to see.
// RUN: attn-opt %s --attn-fold-masks --split-input-file --verify-diagnostics | FileCheck %s

!scores = !attn.scores<1x8x?x?xf32>

// CHECK-LABEL: @masks_around_a_modify
// CHECK: attn.mask
// CHECK: attn.modify
// CHECK: attn.mask
func.func @masks_around_a_modify(%s: !scores) -> !scores {
  %c = attn.causal
  %a = attn.mask %s, %c : !scores
  %y = attn.modify %a : (!scores) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %t = attn.softcap %x, 5.0 : f32
    attn.yield %t : f32
  }
  %k = attn.sink 4
  %r = attn.mask %y, %k : !scores
  return %r : !scores
}

// A band and a sink have no common form; nor have a band and the complement of one.
// CHECK-LABEL: @unlike_masks_stay
// CHECK-DAG: %[[C:.*]] = attn.causal
// CHECK-DAG: %[[K:.*]] = attn.sink 4
// CHECK-DAG: %[[N:.*]] = attn.not
// CHECK: attn.and %[[C]], %[[K]], %[[N]]
func.func @unlike_masks_stay(%s: !scores) -> !scores {
  %c = attn.causal
  %k = attn.sink 4
  %w = attn.window left = 3
  %n = attn.not %w
  %m = attn.and %c, %k, %n
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// Prefixes of different tensors are different masks.
// CHECK-LABEL: @different_tensors_stay
// CHECK: attn.and
func.func @different_tensors_stay(%s: !scores, %a: tensor<1xi32>, %b: tensor<1xi32>) -> !scores {
  %p = attn.prefix %a : tensor<1xi32>
  %q = attn.prefix %b : tensor<1xi32>
  %m = attn.and %p, %q
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// -----

func.func @window_without_sides() {
  // expected-error@+1 {{'attn.window' op expects left, right or both}}
  %w = attn.window
  return
}
