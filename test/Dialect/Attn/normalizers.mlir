// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of normalizer, normalize and merge.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: attn.normalizer @plain : f32 {
// CHECK-NEXT: weight {
// CHECK-NEXT: ^bb0(%[[S:.*]]: f32):
// CHECK-NEXT: attn.yield %[[S]] : f32
attn.normalizer @plain : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// CHECK-LABEL: attn.normalizer private @whole : f32 captures(!attn.captured<8xf32>) absorbing attributes {mine} {
// CHECK: reference {
// CHECK: combine {
// CHECK: identity {
// CHECK: weight {
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: !attn.captured<8xf32>):
// CHECK: rescale {
// CHECK: sums {
// CHECK: attn.yield %{{.*}}, %{{.*}} : f32, f32
// CHECK: finalize {
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK: lse {
attn.normalizer private @whole : f32 captures(!attn.captured<8xf32>) absorbing attributes {mine} {
  lse {
  ^bb0(%r: f32, %l0: f32, %l1: f32):
    attn.yield %r : f32
  }
  reference {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  combine {
  ^bb0(%l: f32, %r: f32):
    %m = arith.maximumf %l, %r : f32
    attn.yield %m : f32
  }
  identity {
    %low = arith.constant 0xFF800000 : f32
    attn.yield %low : f32
  }
  weight {
  ^bb0(%s: f32, %r: f32, %b: index, %h: index, %i: index, %t: !attn.captured<8xf32>):
    %m = attn.lookup %t[%h] : !attn.captured<8xf32>
    %w = arith.mulf %s, %m : f32
    attn.yield %w : f32
  }
  rescale {
  ^bb0(%from: f32, %to: f32):
    %f = arith.subf %from, %to : f32
    attn.yield %f : f32
  }
  sums {
  ^bb0(%w: f32):
    attn.yield %w, %w : f32, f32
  }
  finalize {
  ^bb0(%r: f32, %l0: f32, %l1: f32):
    attn.yield %l1 : f32
  }
}

// CHECK-LABEL: attn.normalizer public @no_sums : f64 {
attn.normalizer public @no_sums : f64 {
  weight {
  ^bb0(%s: f64):
    attn.yield %s : f64
  }
  sums {
  ^bb0(%w: f64):
    attn.yield
  }
}

!scores = !attn.scores<1x8x16x16xf32>
!weights = !attn.weights<1x8x16x16xf32>

// CHECK-LABEL: func @normalize
func.func @normalize(%s: !scores, %t: tensor<8xf32>, %one: tensor<f32>) {
  // CHECK: attn.normalize %{{.*}} softmax : (!attn.scores<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32>
  %0 = attn.normalize %s softmax : (!scores) -> !weights
  // CHECK: attn.normalize %{{.*}} softmax sink(%{{.*}}) : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>)
  %1 = attn.normalize %s softmax sink(%t) : (!scores, tensor<8xf32>) -> !weights
  // CHECK: attn.normalize %{{.*}} off_by_one : (!attn.scores<1x8x16x16xf32>)
  %2 = attn.normalize %s off_by_one : (!scores) -> !weights
  // CHECK: attn.normalize %{{.*}} sigmoid {mine} : (!attn.scores<1x8x16x16xf32>)
  %3 = attn.normalize %s sigmoid {mine} : (!scores) -> !weights
  // CHECK: attn.normalize %{{.*}} sigmoid bias(%{{.*}}) : (!attn.scores<1x8x16x16xf32>, tensor<f32>)
  %4 = attn.normalize %s sigmoid bias(%one) : (!scores, tensor<f32>) -> !weights
  // CHECK: attn.normalize %{{.*}} relu : (!attn.scores<1x8x16x16xf32>)
  %5 = attn.normalize %s relu : (!scores) -> !weights
  // CHECK: attn.normalize %{{.*}} none : (!attn.scores<1x8x16x16xf32>)
  %6 = attn.normalize %s none : (!scores) -> !weights
  // CHECK: attn.normalize %{{.*}} @plain : (!attn.scores<1x8x16x16xf32>)
  %7 = attn.normalize %s @plain : (!scores) -> !weights
  // CHECK: attn.normalize %{{.*}} @whole(%{{.*}}) : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>)
  %8 = attn.normalize %s @whole(%t) : (!scores, tensor<8xf32>) -> !weights
  // CHECK: attn.normalize %{{.*}} relu : (!attn.scores<1x8x16x16xf32>)
  %9 = attn.normalize %s with(#attn.relu) : (!scores) -> !weights
  return
}

// CHECK-LABEL: func @normalize_lse
func.func @normalize_lse(%s: !scores, %t: tensor<8xf32>) {
  // CHECK: attn.normalize %{{.*}} softmax : {{.*}} -> (!attn.weights<1x8x16x16xf32>, tensor<1x8x16xf32>)
  %0:2 = attn.normalize %s softmax lse(base = e) : (!scores) -> (!weights, tensor<1x8x16xf32>)
  // CHECK: attn.normalize %{{.*}} softmax lse(base = 2) :
  %1:2 = attn.normalize %s softmax lse(base = 2) : (!scores) -> (!weights, tensor<1x8x16xf32>)
  // CHECK: attn.normalize %{{.*}} softmax sink(%{{.*}}) lse(base = 2, sink_included) :
  %2:2 = attn.normalize %s softmax sink(%t) lse(sink_included, base = 2)
    : (!scores, tensor<8xf32>) -> (!weights, tensor<1x8x16xf32>)
  // CHECK: attn.normalize %{{.*}} off_by_one lse(base = e, sink_excluded) :
  %3:2 = attn.normalize %s off_by_one lse(sink_excluded) : (!scores) -> (!weights, tensor<?x?x?xf32>)
  return
}

!out = tensor<1x8x16x64xf32>
!row = tensor<1x8x16xf32>

// CHECK-LABEL: func @merge
func.func @merge(%a: !out, %r: !row, %t: tensor<8xf32>, %h: tensor<1x8x16x64xbf16>) {
  // CHECK: attn.merge softmax (%[[A:.*]], %[[R:.*]], %[[R]]), (%[[A]], %[[R]], %[[R]]) :
  %0 = attn.merge softmax (%a, %r, %r), (%a, %r, %r) : (!out, !row, !row, !out, !row, !row) -> !out
  // CHECK: attn.merge softmax (%[[A]], %[[R]]), (%[[A]], %[[R]]) lse(base = 2) :
  %1:2 = attn.merge softmax (%a, %r), (%a, %r) lse(base = 2) : (!out, !row, !out, !row) -> (!out, !row)
  // CHECK: attn.merge softmax sink(%{{.*}}) (%[[A]], %[[R]], %[[R]]) lse(base = e, sink_excluded) {mine} :
  %2:2 = attn.merge softmax sink(%t) (%a, %r, %r) lse(sink_excluded) {mine}
    : (!out, !row, !row, tensor<8xf32>) -> (!out, !row)
  // CHECK: attn.merge relu (%[[A]]), (%[[A]]), (%[[A]]) :
  %3 = attn.merge relu (%a), (%a), (%a) : (!out, !out, !out) -> !out
  // CHECK: attn.merge @plain (%[[A]], %[[R]]), (%[[A]], %[[R]]) :
  %4 = attn.merge @plain (%a, %r), (%a, %r) : (!out, !row, !out, !row) -> !out
  // CHECK: attn.merge @plain (%[[A]], %[[R]]) :
  %5 = attn.merge @plain() (%a, %r) : (!out, !row) -> !out
  // CHECK: attn.merge @whole(%{{.*}}) (%[[A]], %[[R]], %[[R]], %[[R]]) :
  %6 = attn.merge @whole(%t) (%a, %r, %r, %r) : (!out, !row, !row, !row, tensor<8xf32>) -> !out
  // CHECK: attn.merge softmax (%{{.*}}, %[[R]]) : (tensor<1x8x16x64xbf16>, tensor<1x8x16xf32>) -> tensor<1x8x16x64xbf16>
  %7 = attn.merge softmax (%h, %r) : (tensor<1x8x16x64xbf16>, !row) -> tensor<1x8x16x64xbf16>
  return
}
