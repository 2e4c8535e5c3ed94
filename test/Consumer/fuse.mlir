// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Chains with a mask and a normalizer of another dialect fuse and become tile programs. Nothing of that dialect is left.
// RUN: consumer-opt %s --attn-fuse | FileCheck %s
// RUN: consumer-opt %s --attn-fuse --canonicalize --attn-to-tile \
// RUN:   | FileCheck %s --check-prefix=TILE --implicit-check-not=consumer.
// RUN: consumer-opt %s --attn-to-cpu=cpu=x86-64-v3 | FileCheck %s --check-prefix=LLVM --implicit-check-not=consumer.

!tokens = tensor<?x?x?x32xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// CHECK-LABEL: func.func @foreign_mask_and_normalizer
// CHECK: %[[C:.*]] = consumer.chunk 64
// CHECK: attn.attend terms(%{{.*}}) values(%{{.*}}) mask(%[[C]]) normalize with(#consumer.taylor)
// CHECK-SAME: results(output)
// TILE-DAG: launch.entry @foreign_mask_and_normalizer
// TILE-DAG: tile.kernel
// LLVM-DAG: @attn_manifest_v1
func.func @foreign_mask_and_normalizer(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %c = consumer.chunk 64
  %m = attn.mask %s, %c : !scores
  %w = attn.normalize %m with(#consumer.taylor) : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// CHECK-LABEL: func.func @captures_of_both
// CHECK: %[[D:.*]] = consumer.same_document
// CHECK: %[[N:.*]] = attn.not
// CHECK: %[[A:.*]] = attn.and %[[D]], %[[N]]
// CHECK: attn.attend terms(%{{.*}}) values(%{{.*}}) mask(%[[A]])
// CHECK-SAME: normalize with(#consumer.power_of_two)(%{{[^ ]+}}) domain
// TILE-DAG: launch.entry @captures_of_both
func.func @captures_of_both(%q: !tokens, %k: !tokens, %v: !tokens, %ids: tensor<?xi32>, %t: tensor<?xf32>) -> !tokens {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %d = consumer.same_document %ids : tensor<?xi32>
  %c = consumer.chunk 16
  %n = attn.not %c
  %a = attn.and %d, %n
  %m = attn.mask %s, %a : !scores
  %w = attn.normalize %m with(#consumer.power_of_two)(%t) : (!scores, tensor<?xf32>) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
