// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and rewrites of masks and of the ops that apply them.
// RUN: attn-opt %s --canonicalize | FileCheck %s

!scores = !attn.scores<1x8x16x16xf32>

func.func private @use(!scores)

// CHECK-LABEL: func @and_of_one_is_that_one
func.func @and_of_one_is_that_one(%s: !scores) -> !scores {
  // CHECK: %[[C:.*]] = attn.causal
  // CHECK-NEXT: attn.mask %{{.*}}, %[[C]]
  %c = attn.causal
  %m = attn.and %c
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @or_of_one_is_that_one
func.func @or_of_one_is_that_one(%s: !scores) -> !scores {
  // CHECK: %[[C:.*]] = attn.causal
  // CHECK-NEXT: attn.mask %{{.*}}, %[[C]]
  %c = attn.causal
  %m = attn.or %c
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @not_of_not_is_the_mask
func.func @not_of_not_is_the_mask(%s: !scores) -> !scores {
  // CHECK: %[[C:.*]] = attn.causal
  // CHECK-NEXT: attn.mask %{{.*}}, %[[C]]
  %c = attn.causal
  %n = attn.not %c
  %m = attn.not %n
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @not_of_other_stays
func.func @not_of_other_stays(%s: !scores) -> !scores {
  // CHECK: %[[C:.*]] = attn.causal
  // CHECK-NEXT: attn.not %[[C]]
  %c = attn.causal
  %n = attn.not %c
  %r = attn.mask %s, %n : !scores
  return %r : !scores
}

// CHECK-LABEL: func @nested_and_is_flat
func.func @nested_and_is_flat(%s: !scores) -> !scores {
  // CHECK-DAG: %[[C:.*]] = attn.causal
  // CHECK-DAG: %[[W:.*]] = attn.window
  // CHECK-DAG: %[[K:.*]] = attn.sink
  // CHECK: attn.and %[[C]], %[[W]], %[[K]]{{$}}
  // CHECK-NEXT: attn.mask
  %c = attn.causal
  %w = attn.window left = 4
  %k = attn.sink 2
  %cw = attn.and %c, %w
  %m = attn.and %cw, %k
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @repeated_or_once
func.func @repeated_or_once(%s: !scores) -> !scores {
  // CHECK-DAG: %[[C:.*]] = attn.causal
  // CHECK-DAG: %[[K:.*]] = attn.sink
  // CHECK: attn.or %[[C]], %[[K]]{{$}}
  %c = attn.causal
  %k = attn.sink 2
  %ck = attn.or %c, %k
  %m = attn.or %c, %ck, %k, %c
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @or_under_and_stays
func.func @or_under_and_stays(%s: !scores) -> !scores {
  // CHECK: attn.or
  // CHECK-NEXT: attn.and
  %c = attn.causal
  %w = attn.window left = 4
  %k = attn.sink 2
  %wk = attn.or %w, %k
  %m = attn.and %c, %wk
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @and_absorbs_or
func.func @and_absorbs_or(%s: !scores) -> !scores {
  // CHECK: %[[C:.*]] = attn.causal
  // CHECK-NEXT: attn.mask %{{.*}}, %[[C]]
  %c = attn.causal
  %k = attn.sink 2
  %ck = attn.or %k, %c
  %m = attn.and %ck, %c
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @or_absorbs_and
func.func @or_absorbs_and(%s: !scores) -> !scores {
  // CHECK: %[[C:.*]] = attn.causal
  // CHECK-NEXT: attn.mask %{{.*}}, %[[C]]
  %c = attn.causal
  %k = attn.sink 2
  %ck = attn.and %c, %k
  %m = attn.or %c, %ck
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @unread_capture_goes
func.func @unread_capture_goes(%s: !scores, %t: tensor<8xf32>, %u: tensor<16xi1>) -> !scores {
  // CHECK: attn.mask_region(%{{.*}} : tensor<16xi1>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %[[J:.*]]: index, %[[U:.*]]: !attn.captured<16xi1>):
  // CHECK-NEXT: attn.lookup %[[U]][%[[J]]]
  %m = attn.mask_region(%t, %u : tensor<8xf32>, tensor<16xi1>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %a: !attn.captured<8xf32>, %c: !attn.captured<16xi1>):
    %in = attn.lookup %c[%j] : !attn.captured<16xi1>
    attn.yield %in : i1
  }
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @repeated_capture_once
func.func @repeated_capture_once(%s: !scores, %t: tensor<16xi32>) -> !scores {
  // CHECK: attn.mask_region(%{{.*}} : tensor<16xi32>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index, %[[T:.*]]: !attn.captured<16xi32>):
  // CHECK-NEXT: attn.lookup %[[T]][%[[I]]]
  // CHECK-NEXT: attn.lookup %[[T]][%[[J]]]
  %m = attn.mask_region(%t, %t : tensor<16xi32>, tensor<16xi32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %a: !attn.captured<16xi32>, %c: !attn.captured<16xi32>):
    %x = attn.lookup %a[%i] : !attn.captured<16xi32>
    %y = attn.lookup %c[%j] : !attn.captured<16xi32>
    %in = arith.cmpi eq, %x, %y : i32
    attn.yield %in : i1
  }
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @unused_mask_goes
func.func @unused_mask_goes() {
  // CHECK-NEXT: return
  %c = attn.causal
  %n = attn.not %c
  %m = attn.or %c, %n
  return
}
