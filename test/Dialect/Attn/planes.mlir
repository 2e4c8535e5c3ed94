// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of score, modify, mask, gate, apply and reduce.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: func @score_square_needs_no_domain
func.func @score_square_needs_no_domain(%q: tensor<1x8x16x64xbf16>, %k: tensor<1x2x16x64xbf16>) {
  // CHECK: attn.score %{{.*}}, %{{.*}} : (tensor<1x8x16x64xbf16>, tensor<1x2x16x64xbf16>) -> !attn.scores<1x8x16x16xf32>
  %s = attn.score %q, %k : (tensor<1x8x16x64xbf16>, tensor<1x2x16x64xbf16>) -> !attn.scores<1x8x16x16xf32>
  return
}

// CHECK-LABEL: func @score_domain
func.func @score_domain(%q: tensor<?x?x?x?xf64>, %c: tensor<?xi32>) {
  // CHECK: attn.score %{{.*}}, %{{.*}} domain(align = top_left) :
  %0 = attn.score %q, %q domain(align = top_left) : (tensor<?x?x?x?xf64>, tensor<?x?x?x?xf64>) -> !attn.scores<?x?x?x?xf64>
  // CHECK: attn.score %{{.*}}, %{{.*}} domain(align = bottom_right, segments(%[[C:.*]], %[[C]])) :
  %1 = attn.score %q, %q domain(segments(%c, %c), align = bottom_right)
    : (tensor<?x?x?x?xf64>, tensor<?x?x?x?xf64>, tensor<?xi32>, tensor<?xi32>) -> !attn.scores<?x?x?x?xf64>
  // CHECK: attn.score %{{.*}}, %{{.*}} domain(align = bottom_right, lengths(%[[C]], %[[C]])) :
  %2 = attn.score %q, %q domain(align = bottom_right, lengths(%c, %c))
    : (tensor<?x?x?x?xf64>, tensor<?x?x?x?xf64>, tensor<?xi32>, tensor<?xi32>) -> !attn.scores<?x?x?x?xf64>
  return
}

// CHECK-LABEL: func @score_scales
func.func @score_scales(%q: tensor<1x8x16x64xf16>) {
  // CHECK: attn.score {{.*}} {scale = 1.250000e-01 : f32} :
  %0 = attn.score %q, %q {scale = 0.125 : f32} : (tensor<1x8x16x64xf16>, tensor<1x8x16x64xf16>) -> !attn.scores<1x8x16x16xf32>
  // CHECK: attn.score {{.*}} {scale = 1.000000e-01 : f64} :
  %1 = attn.score %q, %q {scale = 0.1 : f64} : (tensor<1x8x16x64xf16>, tensor<1x8x16x64xf16>) -> !attn.scores<1x8x16x16xf32>
  // CHECK: attn.score {{.*}} {mine, scales = [5.000000e-01 : f32, 0.000000e+00 : f32]} :
  %2 = attn.score %q, %q, %q, %q {scales = [0.5 : f64, 0.0 : f32], mine}
    : (tensor<1x8x16x64xf16>, tensor<1x8x16x64xf16>, tensor<1x8x16x64xf16>, tensor<1x8x16x64xf16>)
    -> !attn.scores<1x8x16x16xf32>
  return
}

// CHECK-LABEL: func @modify
func.func @modify(%s: !attn.scores<?x8x?x?xf32>, %t: tensor<8xf32>) {
  // CHECK: attn.modify %{{.*}}, %{{.*}} {mine} : (!attn.scores<?x8x?x?xf32>, tensor<8xf32>) -> !attn.scores<?x8x?x?xf32> {
  // CHECK: ^bb0(%{{.*}}: f32, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: !attn.captured<8xf32>):
  // CHECK: attn.yield %{{.*}} : f32
  %r = attn.modify %s, %t {mine} : (!attn.scores<?x8x?x?xf32>, tensor<8xf32>) -> !attn.scores<?x8x?x?xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %slopes: !attn.captured<8xf32>):
    %m = attn.lookup %slopes[%h] : !attn.captured<8xf32>
    %y = arith.addf %x, %m : f32
    attn.yield %y : f32
  }
  return
}

// CHECK-LABEL: func @mask
func.func @mask(%s: !attn.scores<1x8x16x16xf32>) {
  // CHECK: %[[M:.*]] = attn.causal
  %m = attn.causal
  // CHECK: attn.mask %{{.*}}, %[[M]] : !attn.scores<1x8x16x16xf32>
  %r = attn.mask %s, %m : !attn.scores<1x8x16x16xf32>
  return
}

// CHECK-LABEL: func @gate
func.func @gate(%s: !attn.scores<1x8x16x16xf32>, %w: !attn.weights<1x8x16x16xf32>, %v: tensor<1x8x16x64xbf16>,
                %g: tensor<1x8x16xf32>, %c: tensor<f32>, %d: tensor<16x64xbf16>) {
  // CHECK: attn.gate %{{.*}}, %{{.*}} dims(b, h, i) domain = log : (!attn.scores<1x8x16x16xf32>, tensor<1x8x16xf32>)
  %0 = attn.gate %s, %g dims(b, h, i) domain = log
    : (!attn.scores<1x8x16x16xf32>, tensor<1x8x16xf32>) -> !attn.scores<1x8x16x16xf32>
  // CHECK: attn.gate %{{.*}}, %{{.*}} dims() domain = linear {mine} : (!attn.weights<1x8x16x16xf32>, tensor<f32>)
  %1 = attn.gate %w, %c dims() domain = linear {mine}
    : (!attn.weights<1x8x16x16xf32>, tensor<f32>) -> !attn.weights<1x8x16x16xf32>
  // CHECK: attn.gate %{{.*}}, %{{.*}} dims(t, d) domain = linear : (tensor<1x8x16x64xbf16>, tensor<16x64xbf16>)
  %2 = attn.gate %v, %d dims(t, d) domain = linear
    : (tensor<1x8x16x64xbf16>, tensor<16x64xbf16>) -> tensor<1x8x16x64xbf16>
  return
}

// CHECK-LABEL: func @apply
func.func @apply(%s: !attn.scores<1x8x16x32xf32>, %v: tensor<1x2x32x64xbf16>, %g: tensor<8xf32>) {
  %w = attn.normalize %s softmax : (!attn.scores<1x8x16x32xf32>) -> !attn.weights<1x8x16x32xf32>
  %u = attn.gate %w, %g dims(h) domain = linear
    : (!attn.weights<1x8x16x32xf32>, tensor<8xf32>) -> !attn.weights<1x8x16x32xf32>
  // CHECK: attn.apply %{{.*}}, %{{.*}} : (!attn.weights<1x8x16x32xf32>, tensor<1x2x32x64xbf16>) -> tensor<1x8x16x64xbf16>
  %o = attn.apply %u, %v : (!attn.weights<1x8x16x32xf32>, tensor<1x2x32x64xbf16>) -> tensor<1x8x16x64xbf16>
  // CHECK: attn.apply %{{.*}}, %{{.*}} partial : {{.*}} -> (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  %p:3 = attn.apply %u, %v partial : (!attn.weights<1x8x16x32xf32>, tensor<1x2x32x64xbf16>)
    -> (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>)
  return
}

// CHECK-LABEL: func @reduce
func.func @reduce(%s: !attn.scores<1x8x16x32xf32>, %w: !attn.weights<1x8x16x?xf64>) {
  // CHECK: attn.reduce %{{.*}} row_max : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x16xf32>
  %0 = attn.reduce %s row_max : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x16xf32>
  // CHECK: attn.reduce %{{.*}} column_sum {mine} : (!attn.weights<1x8x16x?xf64>) -> tensor<1x8x?xf64>
  %1 = attn.reduce %w column_sum {mine} : (!attn.weights<1x8x16x?xf64>) -> tensor<1x8x?xf64>
  // CHECK: attn.reduce %{{.*}} diagonal_sum : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x47xf32>
  %2 = attn.reduce %s diagonal_sum : (!attn.scores<1x8x16x32xf32>) -> tensor<1x8x47xf32>
  return
}
