// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lengths and segments: where a program stands, and what rows outside hold.
// RUN: attn-opt --attn-to-tile="rows=16 cols=32" --canonicalize --cse %s 2>/dev/null | FileCheck %s

!tokens = tensor<?x?x?x8xf32>

// CHECK-LABEL: tile.kernel @padded_attend
// CHECK: body(%[[X:.*]], %[[H:.*]], %[[B:.*]]) {
// CHECK: %[[LENQ:[0-9]+]] = memref.load %{{.*}}[%[[B]]]
// CHECK: %[[LENK:[0-9]+]] = memref.load %{{.*}}[%[[B]]]
// CHECK: %[[N:.*]] = arith.index_cast %[[LENK]] : i32 to index
// CHECK: scf.for
// CHECK:   tile.load {{.*}} bounds(%[[N]], %{{.*}})
// CHECK: %[[EXISTS:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : tensor<16x1xi32>
// CHECK: %[[WIDE:.*]] = tile.broadcast %[[EXISTS]]
// CHECK: arith.select %[[WIDE]], %{{.*}}, %{{.*}} : tensor<16x8xi1>, tensor<16x8xf32>
// CHECK-LABEL: launch.entry @padded
// CHECK: launch.check {{ *}}eq {{.*}} "expected the size of 'm' to equal the batch of 'q'"
// CHECK: launch.expect %m lengths bound(%{{.*}}) : memref<?xi32
// CHECK: launch.expect %n lengths bound(%{{.*}}) : memref<?xi32
func.func @padded(%q: !tokens, %k: !tokens, %v: !tokens, %m: tensor<?xi32>, %n: tensor<?xi32>) -> !tokens
    attributes {arg_names = ["q", "k", "v", "m", "n", "o"]} {
  %o = attn.attend terms(%q, %k) values(%v) normalize softmax domain(align = top_left, lengths(%m, %n))
      results(output) : (!tokens, !tokens, !tokens, tensor<?xi32>, tensor<?xi32>) -> !tokens
  return %o : !tokens
}

// The grid is an upper bound; the body finds its segment, and programs past the end leave.
// CHECK-LABEL: tile.kernel @packed_attend
// CHECK: grid
// CHECK: %[[BLOCKS:.*]] = arith.ceildivui
// CHECK: %[[SEGMENTS:.*]] = memref.dim
// CHECK: arith.addi %[[BLOCKS]], %[[SEGMENTS]]
// CHECK: body(%[[X:.*]], %[[H:.*]], %[[B:.*]]) {
// CHECK: %[[S:.*]] = scf.for
// CHECK:   arith.cmpi sle, %{{.*}}, %[[X]]
// CHECK: scf.if %{{.*}} {
// CHECK:   scf.for
// CHECK:   tile.store {{.*}} bounds(
// CHECK-LABEL: launch.entry @packed
// CHECK: launch.check {{ *}}eq {{.*}} "expected the batch of 'q' to be 1, because its sequences are packed"
// CHECK: launch.check {{ *}}eq {{.*}} "expected the size of 'cu_k' to equal the size of 'cu_q'"
// CHECK: launch.expect %cu_q cumulative bound(
// CHECK: launch.expect %cu_k cumulative bound(
func.func @packed(%q: !tokens, %k: !tokens, %v: !tokens, %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>) -> !tokens
    attributes {arg_names = ["q", "k", "v", "cu_q", "cu_k", "o"]} {
  %mask = attn.causal
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax
      domain(align = bottom_right, segments(%cu_q, %cu_k)) results(output)
    : (!tokens, !tokens, !tokens, !attn.mask, tensor<?xi32>, tensor<?xi32>) -> !tokens
  return %o : !tokens
}
