// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-fold-masks --split-input-file 2> %t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t

!scores = !attn.scores<1x8x?x?xf32>

// CHECK-LABEL: @causal_window_is_a_window
// CHECK-NEXT: %[[W:.*]] = attn.window left = 127 right = 0
// CHECK-NEXT: attn.mask %{{.*}}, %[[W]]
// CHECK-NEXT: return
// REMARK: remark: [attn-fold-masks] masks = 1: folded from 3
func.func @causal_window_is_a_window(%s: !scores) -> !scores {
  %c = attn.causal
  %w = attn.window left = 127 right = 4
  %m = attn.and %c, %w
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: @consecutive_masks_are_one
// CHECK-DAG: %[[C:.*]] = attn.causal
// CHECK-DAG: %[[S:.*]] = attn.sink 4
// CHECK: %[[M:.*]] = attn.and %[[C]], %[[S]]
// CHECK-NEXT: %[[R:.*]] = attn.mask %{{.*}}, %[[M]]
// CHECK-NEXT: return %[[R]]
func.func @consecutive_masks_are_one(%s: !scores) -> !scores {
  %c = attn.causal
  %a = attn.mask %s, %c : !scores
  %k = attn.sink 4
  %r = attn.mask %a, %k : !scores
  return %r : !scores
}

// CHECK-LABEL: @equal_masks_are_one
// CHECK-NEXT: %[[C:.*]] = attn.causal
// CHECK-NEXT: %[[R:.*]] = attn.mask %{{.*}}, %[[C]]
// CHECK-NEXT: return %[[R]]
func.func @equal_masks_are_one(%s: !scores) -> !scores {
  %c = attn.causal
  %a = attn.mask %s, %c : !scores
  %d = attn.causal
  %r = attn.mask %a, %d : !scores
  return %r : !scores
}

// CHECK-LABEL: @union_of_bands_is_their_hull
// CHECK-NEXT: %[[W:.*]] = attn.window right = 3
// CHECK-NEXT: attn.mask %{{.*}}, %[[W]]
func.func @union_of_bands_is_their_hull(%s: !scores) -> !scores {
  %c = attn.causal
  %w = attn.window left = 5 right = 3
  %m = attn.or %c, %w
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: @windows_meet_in_causal
// CHECK-NEXT: %[[C:.*]] = attn.causal
// CHECK-NEXT: attn.mask %{{.*}}, %[[C]]
func.func @windows_meet_in_causal(%s: !scores) -> !scores {
  %v = attn.window right = 0
  %w = attn.window right = 3
  %m = attn.and %v, %w
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// Every pair: the mask goes.
// CHECK-LABEL: @union_of_everything_goes
// CHECK-NEXT: return %arg0
func.func @union_of_everything_goes(%s: !scores) -> !scores {
  %c = attn.causal
  %w = attn.window left = 0
  %m = attn.or %c, %w
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: @dominated_sinks
// CHECK-DAG: %[[MOST:.*]] = attn.sink 8
// CHECK-DAG: %[[P:.*]] = attn.prefix
// CHECK: %[[U:.*]] = attn.or
// CHECK: %[[LEAST:.*]] = attn.sink 2
// CHECK: %[[M:.*]] = attn.and %[[U]], %[[LEAST]]
// CHECK-NEXT: attn.mask %{{.*}}, %[[M]]
func.func @dominated_sinks(%s: !scores, %lengths: tensor<1xi32>) -> !scores {
  %a = attn.sink 4
  %b = attn.sink 8
  %p = attn.prefix %lengths : tensor<1xi32>
  %u = attn.or %a, %b, %p
  %c = attn.sink 2
  %d = attn.sink 3
  %m = attn.and %u, %c, %d
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: @complement_decides
// CHECK-NEXT: %[[NONE:.*]] = attn.mask_region {
// CHECK-NEXT: ^bb0
// CHECK-NEXT: %[[F:.*]] = arith.constant false
// CHECK-NEXT: attn.yield %[[F]]
// CHECK-NEXT: }
// CHECK-NEXT: attn.mask %{{.*}}, %[[NONE]]
func.func @complement_decides(%s: !scores) -> !scores {
  %c = attn.causal
  %n = attn.not %c
  %m = attn.and %c, %n
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: @constants_fall_away
// CHECK-NEXT: %[[C:.*]] = attn.causal
// CHECK-NEXT: attn.mask %{{.*}}, %[[C]]
func.func @constants_fall_away(%s: !scores) -> !scores {
  %c = attn.causal
  %true = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %t = arith.constant true
    attn.yield %t : i1
  }
  %false = attn.not %true
  %x = attn.or %c, %false
  %m = attn.and %x, %true
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: @nested_and_double_not
// CHECK-DAG: %[[C:.*]] = attn.causal
// CHECK-DAG: %[[D:.*]] = attn.dense
// CHECK-DAG: %[[S:.*]] = attn.sink 4
// CHECK: %[[M:.*]] = attn.and %[[D]], %[[S]], %[[C]]
// CHECK-NEXT: attn.mask %{{.*}}, %[[M]]
func.func @nested_and_double_not(%s: !scores, %t: tensor<1x1x1x?xi1>) -> !scores {
  %d = attn.dense %t : tensor<1x1x1x?xi1>
  %k = attn.sink 4
  %c = attn.causal
  %a = attn.and %k, %c
  %n = attn.not %a
  %nn = attn.not %n
  %m = attn.and %d, %nn
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// -----

!tokens = tensor<1x8x?x64xf32>

// CHECK-LABEL: @attend_loses_its_full_mask
// CHECK-NOT: mask
// CHECK: attn.attend terms(%{{.*}}) values(%{{.*}}) normalize softmax
// REMARK: remark: [attn-fold-masks] masks = 0: folded from 3
func.func @attend_loses_its_full_mask(%q: !tokens) -> !tokens {
  %w = attn.window left = 3
  %n = attn.not %w
  %m = attn.or %w, %n
  %o = attn.attend terms(%q, %q) values(%q) mask(%m) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}

// CHECK-LABEL: @attend_keeps_one_mask
// CHECK: %[[M:.*]] = attn.window left = 3 right = 0
// CHECK-NEXT: attn.attend {{.*}} mask(%[[M]])
func.func @attend_keeps_one_mask(%q: !tokens) -> !tokens {
  %w = attn.window left = 3
  %c = attn.causal
  %d = attn.window left = 5
  %x = attn.and %c, %d
  %m = attn.and %w, %x
  %o = attn.attend terms(%q, %q) values(%q) mask(%m) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}
