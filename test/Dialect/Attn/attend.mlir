// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form of a fused chain.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

!tokens = tensor<1x8x16x64xbf16>
!row = tensor<1x8x16xf32>

// CHECK-LABEL: func @attend_bare
func.func @attend_bare(%q: !tokens) {
  // CHECK: attn.attend terms(%[[Q:.*]], %[[Q]]) normalize softmax results(row_max)
  // CHECK-SAME: : (tensor<1x8x16x64xbf16>, tensor<1x8x16x64xbf16>) -> tensor<1x8x16xf32>{{$}}
  %m = attn.attend terms(%q, %q) normalize softmax results(row_max) : (!tokens, !tokens) -> !row
  return
}

// CHECK-LABEL: func @attend_every_part
func.func @attend_every_part(%q: !tokens, %v: tensor<1x2x16x32xbf16>, %t: tensor<8xf32>, %sink: tensor<1xf32>,
                             %l: tensor<1xi32>) {
  // CHECK: %[[M:.*]] = attn.causal
  %mask = attn.causal
  // CHECK: %{{.*}}:5 = attn.attend terms(%{{[^ ,)]+}}, %{{[^ ,)]+}}) values(%{{[^ ,)]+}}) mask(%[[M]]) captures(%{{[^ ,)]+}})
  // CHECK-SAME: normalize softmax sink(%{{[^ ,)]+}}) lse(base = 2, sink_included)
  // CHECK-SAME: domain(align = bottom_right, lengths(%[[L:[^ ,]+]], %[[L]])) results(output, lse, row_max, column_sum, diagonal_sum)
  // CHECK-SAME: split = 512 {mine, scale = 1.250000e-01 : f32} :
  // CHECK-SAME: -> (tensor<1x8x16x32xbf16>, tensor<1x8x16xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>, tensor<1x8x31xf32>)
  // CHECK-SAME: score {
  // CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: !attn.captured<8xf32>):
  // CHECK: } weight {
  // CHECK: attn.extent key
  %r:5 = attn.attend terms(%q, %q) values(%v) mask(%mask) captures(%t) normalize softmax sink(%sink)
    lse(base = 2, sink_included) domain(align = bottom_right, lengths(%l, %l))
    results(output, lse, row_max, column_sum, diagonal_sum) split = 512 {scale = 0.125 : f32, mine}
    : (!tokens, !tokens, tensor<1x2x16x32xbf16>, !attn.mask, tensor<8xf32>, tensor<1xf32>, tensor<1xi32>, tensor<1xi32>)
    -> (tensor<1x8x16x32xbf16>, !row, !row, !row, tensor<1x8x31xf32>)
  score {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %slopes: !attn.captured<8xf32>):
    %s = attn.lookup %slopes[%h] : !attn.captured<8xf32>
    %y = arith.mulf %x, %s : f32
    attn.yield %y : f32
  } weight {
  ^bb0(%w: f32, %b: index, %h: index, %i: index, %j: index, %slopes: !attn.captured<8xf32>):
    %n = attn.extent key
    attn.yield %w : f32
  }
  return
}

attn.normalizer @two_sums : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  sums {
  ^bb0(%w: f32):
    attn.yield %w, %w : f32, f32
  }
}

// CHECK-LABEL: func @attend_partial
func.func @attend_partial(%q: !tokens, %v: !tokens, %c: tensor<3xi32>) {
  // CHECK: %{{.*}}:3 = attn.attend terms(%[[Q:[^ ,]+]], %[[Q]], %[[Q]], %[[Q]]) values(%{{[^ ,)]+}}) normalize @two_sums
  // CHECK-SAME: domain(align = top_left, segments(%{{[^ ,)]+}}, %{{[^ ,)]+}})) results(partial) {scales = [1.000000e+00 : f32, 0.000000e+00 : f32]}
  %r:3 = attn.attend terms(%q, %q, %q, %q) values(%v) normalize @two_sums domain(align = top_left, segments(%c, %c))
    results(partial) {scales = [1.0 : f32, 0.0 : f32]}
    : (!tokens, !tokens, !tokens, !tokens, !tokens, tensor<3xi32>, tensor<3xi32>)
    -> (tensor<1x8x16x64xf32>, !row, !row)
  return
}
