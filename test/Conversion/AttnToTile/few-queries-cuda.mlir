// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Few queries on a device: the heads of a group share rows where no range of keys asks for the head, and a program merges
// the parts of one row.
// RUN: attn-opt --attn-to-tile="target=cuda" --canonicalize --cse --split-input-file %s 2>&1 | FileCheck %s

!tokens = tensor<?x?x?x64xbf16>

// CHECK: remark: [attn-to-tile] rows = 16, cols = 64: few queries, and blocks divide the split of 512 keys
// CHECK-LABEL: tile.kernel @shared_attend_part
// CHECK: grid
// CHECK: %[[GROUP:.*]] = arith.select
// CHECK: arith.muli %{{.*}}, %[[GROUP]]
// CHECK: arith.divui %{{.*}}, %[[GROUP]]
// CHECK: body
// CHECK: %[[ROWS:.*]] = tile.iota {{.*}} dim 0 : tensor<16x1xi32>
// CHECK-DAG: arith.remui %[[ROWS]]
// CHECK-DAG: arith.divui %[[ROWS]]
// CHECK: tile.load %{{.*}} dims = [-1, 3] index [1, 2]
// CHECK: scf.for
// CHECK: tile.store %{{.*}} dims = [-1, 4] index [1, 3]
// A program merges 32 columns of the parts.
// CHECK-LABEL: tile.kernel @shared_attend_merge
// CHECK: body(%[[X:.*]], %{{.*}}, %{{.*}}) {
// CHECK: arith.remui %[[X]]
// CHECK: scf.for
// CHECK: tile.load {{.*}} dims = [2, 4] {{.*}} tensor<16x32xf32>
// CHECK: tile.reduce max {{.*}} dim 0
// CHECK: tile.reduce add {{.*}} dim 0
// CHECK: tile.store {{.*}} tensor<1x32xbf16>
func.func @shared(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %mask = attn.causal
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = bottom_right)
      results(output) split = 512 : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x64xbf16>

// The window of each head is its own.
// CHECK-LABEL: tile.kernel @windows_attend_part
// CHECK: tile.load %{{.*}} dims = [2, 3] : {{.*}} tensor<16x64xbf16>
func.func @windows(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %mask = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %near = arith.cmpi sle, %j, %h : index
    attn.yield %near : i1
  }
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = bottom_right)
      results(output) split = 512 : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}
