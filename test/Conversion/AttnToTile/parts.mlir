// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parts of rows: a fixed split of the keys, partial results, and their merge.
// RUN: attn-opt --attn-to-tile --canonicalize --cse %s 2>&1 | FileCheck %s

!tokens = tensor<?x?x8x64xf32>
!keys = tensor<?x?x?x64xf32>
!rows = tensor<?x?x8xf32>

// CHECK: remark: [attn-to-tile] rows = 8, cols = 256: the plane has 8 rows, and blocks divide the split of 512 keys
// CHECK-LABEL: tile.kernel @split_attend_part
// CHECK: grid
// CHECK: %[[SPLITS:.*]] = arith.ceildivui %{{.*}}, %c512
// CHECK: body(%[[X:.*]], %{{.*}}, %{{.*}}) {
// CHECK: tile.list
// CHECK: scf.for
// CHECK: tile.store {{.*}} dims = [3, 4] : tensor<8x64xf32>
// CHECK: tile.store {{.*}} dims = [3, -1] : tensor<8x1xf32>
// CHECK: tile.store {{.*}} dims = [3, -1] : tensor<8x1xf32>
// CHECK-LABEL: tile.kernel @split_attend_merge
// CHECK: scf.for
// CHECK:   tile.load {{.*}} dims = [3, 4]
// CHECK:   arith.maximumf
// CHECK: tile.store {{.*}} dims = [2, 3] : tensor<8x64xf32>
// CHECK-LABEL: launch.entry @split
// CHECK: launch.workspace({{.*}}) : memref<?x?x?x8x64xf32>
// CHECK: launch.kernel @split_attend_part
// CHECK: launch.kernel @split_attend_merge
func.func @split(%q: !tokens, %k: !keys, %v: !keys) -> !tokens {
  %mask = attn.causal
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = bottom_right)
      results(output) split = 512 : (!tokens, !keys, !keys, !attn.mask) -> !tokens
  return %o : !tokens
}

// CHECK-LABEL: tile.kernel @merged_attend
// CHECK-LABEL: tile.kernel @merged_merge
// CHECK: tile.load {{.*}} -> tensor<96x64xf32>
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: tile.store
// CHECK: math.log
// CHECK-LABEL: launch.entry @merged
// CHECK: launch.kernel @merged_attend
// CHECK: launch.kernel @merged_merge
func.func @merged(%q: !tokens, %k: !keys, %v: !keys, %a1: tensor<?x?x8x64xf32>, %r1: !rows, %l1: !rows)
    -> (!tokens, !rows) {
  %a, %r, %l = attn.attend terms(%q, %k) values(%v) normalize softmax domain(align = bottom_right) results(partial)
    : (!tokens, !keys, !keys) -> (tensor<?x?x8x64xf32>, !rows, !rows)
  %o, %lse = attn.merge softmax (%a, %r, %l), (%a1, %r1, %l1)
    : (tensor<?x?x8x64xf32>, !rows, !rows, tensor<?x?x8x64xf32>, !rows, !rows) -> (!tokens, !rows)
  return %o, %lse : !tokens, !rows
}
