// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and rewrites of ops on planes, and of the scalars in their regions.
// RUN: attn-opt %s --canonicalize | FileCheck %s
// RUN: attn-opt %s --canonicalize --cse | FileCheck %s --check-prefix=CSE

!scores = !attn.scores<1x8x16x16xf32>
!weights = !attn.weights<1x8x16x16xf32>

// CHECK-LABEL: func @modify_to_itself_goes
func.func @modify_to_itself_goes(%s: !scores, %t: tensor<8xf32>) -> !scores {
  // CHECK-NEXT: return %{{.*}} : !attn.scores
  %r = attn.modify %s, %t : (!scores, tensor<8xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<8xf32>):
    %unused = attn.lookup %c[%h] : !attn.captured<8xf32>
    attn.yield %x : f32
  }
  return %r : !scores
}

// CHECK-LABEL: func @modify_to_constant_stays
func.func @modify_to_constant_stays(%s: !scores) -> !scores {
  // CHECK: attn.modify
  %r = attn.modify %s : (!scores) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %zero = arith.constant 0.0 : f32
    attn.yield %zero : f32
  }
  return %r : !scores
}

// CHECK-LABEL: func @unread_capture_goes
func.func @unread_capture_goes(%s: !scores, %t: tensor<8xf32>, %u: tensor<8xf32>) -> !scores {
  // CHECK: attn.modify %{{.*}}, %[[U:.*]] : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>)
  // CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %{{.*}}: index, %[[H:.*]]: index, %{{.*}}: index, %{{.*}}: index, %[[C:.*]]: !attn.captured<8xf32>):
  // CHECK-NEXT: %[[M:.*]] = attn.lookup %[[C]][%[[H]]]
  // CHECK-NEXT: arith.mulf %[[X]], %[[M]]
  %r = attn.modify %s, %t, %u : (!scores, tensor<8xf32>, tensor<8xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %a: !attn.captured<8xf32>, %c: !attn.captured<8xf32>):
    %m = attn.lookup %c[%h] : !attn.captured<8xf32>
    %y = arith.mulf %x, %m : f32
    attn.yield %y : f32
  }
  return %r : !scores
}

// CHECK-LABEL: func @repeated_capture_once
func.func @repeated_capture_once(%s: !scores, %t: tensor<8xf32>) -> !scores {
  // CHECK: attn.modify %{{.*}}, %{{.*}} : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> {{.*}} {
  %r = attn.modify %s, %t, %t : (!scores, tensor<8xf32>, tensor<8xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %a: !attn.captured<8xf32>, %c: !attn.captured<8xf32>):
    %m = attn.lookup %a[%h] : !attn.captured<8xf32>
    %n = attn.lookup %c[%b] : !attn.captured<8xf32>
    %y = arith.mulf %n, %m : f32
    attn.yield %y : f32
  }
  return %r : !scores
}

// CHECK-LABEL: func @mask_twice_is_once
func.func @mask_twice_is_once(%s: !scores) -> !scores {
  // CHECK: %[[C:.*]] = attn.causal
  // CHECK-NEXT: %[[K:.*]] = attn.sink
  // CHECK-NEXT: %[[A:.*]] = attn.mask %{{.*}}, %[[C]]
  // CHECK-NEXT: %[[B:.*]] = attn.mask %[[A]], %[[K]]
  // CHECK-NEXT: return %[[B]]
  %c = attn.causal
  %k = attn.sink 2
  %a = attn.mask %s, %c : !scores
  %b = attn.mask %a, %k : !scores
  %r = attn.mask %b, %c : !scores
  return %r : !scores
}

// CHECK-LABEL: func @mask_again_after_modify_stays
func.func @mask_again_after_modify_stays(%s: !scores) -> !scores {
  // CHECK: attn.mask
  // CHECK: attn.modify
  // CHECK: attn.mask
  %c = attn.causal
  %a = attn.mask %s, %c : !scores
  %b = attn.modify %a : (!scores) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %y = math.exp %x : f32
    attn.yield %y : f32
  }
  %r = attn.mask %b, %c : !scores
  return %r : !scores
}

// CHECK-LABEL: func @unread_lse_goes
func.func @unread_lse_goes(%s: !scores) -> !weights {
  // CHECK: attn.normalize %{{.*}} softmax : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  %w, %lse = attn.normalize %s softmax lse(base = 2) : (!scores) -> (!weights, tensor<1x8x16xf32>)
  return %w : !weights
}

// CHECK-LABEL: func @unread_lse_with_sink_goes
func.func @unread_lse_with_sink_goes(%s: !scores, %t: tensor<8xf32>) -> !weights {
  // CHECK: attn.normalize %{{.*}} softmax sink(%{{.*}}) : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.weights
  %w, %lse = attn.normalize %s softmax sink(%t) lse(base = e, sink_included)
    : (!scores, tensor<8xf32>) -> (!weights, tensor<1x8x16xf32>)
  return %w : !weights
}

// CHECK-LABEL: func @read_lse_stays
func.func @read_lse_stays(%s: !scores) -> (!weights, tensor<1x8x16xf32>) {
  // CHECK: attn.normalize %{{.*}} softmax lse(base = 2) :
  %w, %lse = attn.normalize %s softmax lse(base = 2) : (!scores) -> (!weights, tensor<1x8x16xf32>)
  return %w, %lse : !weights, tensor<1x8x16xf32>
}

// CHECK-LABEL: func @distance_to_itself_is_zero
func.func @distance_to_itself_is_zero(%i: index, %j: index) -> (f32, f64, f32) {
  // CHECK-DAG: %[[F:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK-DAG: %[[D:.*]] = arith.constant 0.000000e+00 : f64
  // CHECK: %[[O:.*]] = attn.distance
  // CHECK: return %[[F]], %[[D]], %[[O]]
  %0 = attn.distance %i, %i : f32
  %1 = attn.distance %j, %j : f64
  %2 = attn.distance %j, %i : f32
  return %0, %1, %2 : f32, f64, f32
}

// CSE-LABEL: func @equal_chains_are_one
func.func @equal_chains_are_one(%q: tensor<1x8x16x64xf32>) -> (!weights, !weights) {
  // CSE: attn.score
  // CSE-NEXT: attn.causal
  // CSE-NEXT: attn.mask
  // CSE-NEXT: %[[W:.*]] = attn.normalize
  // CSE-NEXT: return %[[W]], %[[W]]
  %s0 = attn.score %q, %q : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !scores
  %s1 = attn.score %q, %q : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !scores
  %c0 = attn.causal
  %c1 = attn.causal
  %m0 = attn.mask %s0, %c0 : !scores
  %m1 = attn.mask %s1, %c1 : !scores
  %w0 = attn.normalize %m0 softmax : (!scores) -> !weights
  %w1 = attn.normalize %m1 softmax : (!scores) -> !weights
  return %w0, %w1 : !weights, !weights
}

// CHECK-LABEL: func @unused_ops_go
func.func @unused_ops_go(%q: tensor<1x8x16x64xf32>, %g: tensor<8xf32>) {
  // CHECK-NEXT: return
  %s = attn.score %q, %q : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %u = attn.gate %w, %g dims(h) domain = linear : (!weights, tensor<8xf32>) -> !weights
  %o = attn.apply %u, %q : (!weights, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  %r = attn.reduce %u row_max : (!weights) -> tensor<1x8x16xf32>
  %p = attn.merge relu (%o), (%o) : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16x64xf32>
  %a = attn.attend terms(%q, %q) normalize softmax results(row_max)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>) -> tensor<1x8x16xf32>
  return
}
