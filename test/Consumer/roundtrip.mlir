// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mask and a normalizer of another dialect stand where the built-in ones do, through text and bytecode.
// RUN: consumer-opt %s | consumer-opt | FileCheck %s
// RUN: consumer-opt %s --emit-bytecode | consumer-opt | FileCheck %s

!scores = !attn.scores<1x8x16x16xf32>
!weights = !attn.weights<1x8x16x16xf32>

// CHECK-LABEL: func @masks
func.func @masks(%s: !scores, %ids: tensor<16xi32>) -> !scores {
  // CHECK: %[[C:.*]] = consumer.chunk 4
  // CHECK: %[[D:.*]] = consumer.same_document %{{.*}} : tensor<16xi32>
  // CHECK: %[[N:.*]] = attn.not %[[C]]
  // CHECK: %[[M:.*]] = attn.or %[[D]], %[[N]]
  // CHECK: attn.mask %{{.*}}, %[[M]]
  %c = consumer.chunk 4
  %d = consumer.same_document %ids : tensor<16xi32>
  %n = attn.not %c
  %m = attn.or %d, %n
  %r = attn.mask %s, %m : !scores
  return %r : !scores
}

// CHECK-LABEL: func @normalizers
func.func @normalizers(%s: !scores, %t: tensor<8xf32>, %o: tensor<1x8x16x64xf32>, %r: tensor<1x8x16xf32>) {
  // CHECK: attn.normalize %{{.*}} with(#consumer.taylor) : (!attn.scores<1x8x16x16xf32>)
  %w = attn.normalize %s with(#consumer.taylor) : (!scores) -> !weights
  // CHECK: attn.normalize %{{.*}} with(#consumer.power_of_two)(%{{.*}}) : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>)
  %u = attn.normalize %s with(#consumer.power_of_two)(%t) : (!scores, tensor<8xf32>) -> !weights
  // CHECK: attn.merge with(#consumer.taylor) (%[[O:.*]], %[[R:.*]]), (%[[O]], %[[R]]) :
  %a = attn.merge with(#consumer.taylor) (%o, %r), (%o, %r)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16x64xf32>, tensor<1x8x16xf32>) -> tensor<1x8x16x64xf32>
  // CHECK: attn.merge with(#consumer.power_of_two)(%{{.*}}) (%[[O]], %[[R]], %[[R]]) :
  %b = attn.merge with(#consumer.power_of_two)(%t) (%o, %r, %r)
    : (tensor<1x8x16x64xf32>, tensor<1x8x16xf32>, tensor<1x8x16xf32>, tensor<8xf32>) -> tensor<1x8x16x64xf32>
  return
}
