// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of the final weights: a second pass with each row's reference and output scale.
// RUN: attn-opt --attn-to-tile="rows=16 cols=64" --canonicalize --cse %s 2>/dev/null | FileCheck %s

!tokens = tensor<?x?x?x8xf32>
!rows = tensor<?x?x?xf32>

// CHECK-LABEL: tile.kernel @sums_attend
// CHECK-LABEL: tile.kernel @sums_column_sums
// CHECK: %[[KEYS:.*]] = tile.load {{.*}} -> tensor<64x8xf32>
// CHECK: scf.for {{.*}} -> (tensor<1x64xf32>)
// CHECK:   scf.if %{{.*}} -> (tensor<1x64xf32>)
// CHECK:     tile.mma %{{.*}}, %[[KEYS]] {transB}
// CHECK:     tile.load {{.*}} dims = [2, -1] : {{.*}} -> tensor<16x1xf32>
// CHECK:     tile.reduce add %{{.*}} dim 0 : tensor<16x64xf32> -> tensor<1x64xf32>
// CHECK: tile.store {{.*}} dims = [-1, 2]
// CHECK-LABEL: tile.kernel @sums_diagonal_sums
// CHECK: scf.for {{.*}} -> (tensor<1x49xf32>)
// CHECK:     tile.load {{.*}} dims = [-1, 3] index [2](%{{.*}} : tensor<64x1xi32>)
// CHECK:     %[[SHEARED:.*]] = tile.shear %{{.*}}, %{{.*}} : f32 : tensor<16x64xf32> -> tensor<16x79xf32>
// CHECK:     tensor.extract_slice %[[SHEARED]][0, 15] [16, 49] [1, 1]
// CHECK:     tile.reduce add %{{.*}} dim 0 : tensor<16x49xf32> -> tensor<1x49xf32>
// CHECK-LABEL: launch.entry @sums
// CHECK: %[[REFERENCE:.*]] = launch.workspace
// CHECK: %[[SCALE:.*]] = launch.workspace
// CHECK: launch.kernel @sums_attend
// CHECK: launch.kernel @sums_column_sums
// CHECK: launch.kernel @sums_diagonal_sums
func.func @sums(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, !rows, !rows, !rows) {
  %mask = attn.causal
  %o, %max, %columns, %diagonals = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax
      domain(align = bottom_right) results(output, row_max, column_sum, diagonal_sum)
    : (!tokens, !tokens, !tokens, !attn.mask) -> (!tokens, !rows, !rows, !rows)
  return %o, %max, %columns, %diagonals : !tokens, !rows, !rows, !rows
}

// Weights that stand alone need no first pass.
// CHECK-NOT: tile.kernel @alone_attend
// CHECK-LABEL: tile.kernel @alone_column_sums
func.func @alone(%q: !tokens, %k: !tokens) -> !rows {
  %columns = attn.attend terms(%q, %k) normalize sigmoid domain(align = top_left) results(column_sum)
    : (!tokens, !tokens) -> !rows
  return %columns : !rows
}
