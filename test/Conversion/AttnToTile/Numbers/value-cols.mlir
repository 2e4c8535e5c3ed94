// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Programs of the same rows share out the columns of the values, and the first of them has what is no column: dense, with
// keys in parts, with heads that share rows, packed; the last slice is narrower than the others.
// RUN: rm -rf %t && split-file %s %t
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run --backend=%{backend} --compare=reference
// DEFINE: %{dense} = %{run} %t/dense.mlir --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// DEFINE:    --arg shape=2x2x70x41:f32:normal
// DEFINE: %{split} = %{run} %t/split.mlir --arg shape=2x4x33x16:f32:normal --arg shape=2x2x270x16:f32:normal \
// DEFINE:    --arg shape=2x2x270x41:f32:normal
// DEFINE: %{packed} = %{run} %t/packed.mlir --arg shape=1x4x60x16:f32:normal --arg shape=1x2x80x16:f32:normal \
// DEFINE:    --arg shape=1x2x80x23:f32:normal --arg '[0,20,20,37,50]:i32' --arg '[0,8,30,47,80]:i32'

// RUN: %{dense}
// RUN: %{split}
// RUN: %{packed}

// REDEFINE: %{backend} = cpu
// RUN: %{dense}
// RUN: %{split}
// RUN: %{packed}

// In passes over the keys, which the last step of the ladder has.
// DEFINE: %{case} = dense
// DEFINE: %{args} = --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal --arg shape=2x2x70x41:f32:normal
// DEFINE: %{passes} = attn-run %t/%{case}.mlir --backend=reference --out %t/0.npy --out %t/1.npy --out %t/2.npy --out %t/3.npy \
// DEFINE:    %{args} && \
// DEFINE:    sed "s/attributes {.*} {/{/" %t/%{case}.mlir > %t/free.mlir && attn-opt %t/free.mlir \
// DEFINE:    --attn-to-tile=target=cuda.fewest-values -o %t/tile.mlir && attn-run %t/tile.mlir --backend=%{backend} \
// DEFINE:    --compare %t/0.npy --compare %t/1.npy --compare %t/2.npy --compare %t/3.npy --tolerance 1e-5 %{args}
// RUN: %{passes}
// REDEFINE: %{case} = split
// REDEFINE: %{args} = --arg shape=2x4x33x16:f32:normal --arg shape=2x2x270x16:f32:normal --arg shape=2x2x270x41:f32:normal
// RUN: %{passes}
// RUN: FileCheck %s --input-file=%t/tile.mlir --check-prefix=PASSES
// PASSES: tile.kernel @split_attend_part
// PASSES: scf.for %[[PASS:.*]] = %c0{{.*}} to %c2{{.*}} step %c1
// PASSES: arith.muli %[[PASS]], %c32

// RUN: attn-opt %t/split.mlir --attn-to-tile 2>&1 | FileCheck %s
// RUN: not attn-opt %t/split.mlir --attn-to-tile=value-cols=-1 2>&1 | FileCheck %s --check-prefix=LEAST
// RUN: attn-opt %t/dense.mlir --attn-to-tile=value-cols=41 2>&1 | FileCheck %s --check-prefix=ALL
// LEAST: error: expects the option value-cols in [0, 4096], but got -1
// ALL: remark: [attn-to-tile] rows = 16, cols = 32: pinned
// CHECK: remark: [attn-to-tile] rows = 16, cols = 32, value cols = 16: pinned
// CHECK: tile.kernel @split_attend_part
// CHECK: %[[SLICE:.*]] = arith.remui %{{.*}}, %c3
// CHECK: %[[FIRST:.*]] = arith.muli %[[SLICE]], %c16
// CHECK: tile.load %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}, %[[FIRST]]]{{.*}}tensor<32x16xf32>
// CHECK: tile.mma {{.*}}tensor<16x16xf32>
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq, %[[SLICE]], %c0
// CHECK: scf.if %[[IS_FIRST]]
// CHECK-NEXT: tile.store
// CHECK: tile.kernel @split_attend_merge

//--- dense.mlir
!rows = tensor<?x?x?xf32>
!keys = tensor<?x?x?x16xf32>
!values = tensor<?x?x?x41xf32>
func.func @dense(%q: !keys, %k: !keys, %v: !values) -> (!values, !rows, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32, value_cols = 16>} {
  %m = attn.causal
  %o, %lse, %max, %col = attn.attend terms(%q, %k) values(%v) mask(%m) normalize softmax
      domain(align = bottom_right) results(output, lse, row_max, column_sum)
    : (!keys, !keys, !values, !attn.mask) -> (!values, !rows, !rows, !rows)
  return %o, %lse, %max, %col : !values, !rows, !rows, !rows
}
//--- split.mlir
!rows = tensor<?x?x?xf32>
!keys = tensor<?x?x?x16xf32>
!values = tensor<?x?x?x41xf32>
func.func @split(%q: !keys, %k: !keys, %v: !values) -> (!values, !rows, !rows, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32, value_cols = 16>} {
  %m = attn.window left = 70 right = 3
  %o, %lse, %max, %col = attn.attend terms(%q, %k) values(%v) mask(%m) normalize softmax
      domain(align = bottom_right) results(output, lse, row_max, column_sum) split = 64
    : (!keys, !keys, !values, !attn.mask) -> (!values, !rows, !rows, !rows)
  return %o, %lse, %max, %col : !values, !rows, !rows, !rows
}
//--- packed.mlir
!rows = tensor<?x?x?xf32>
!keys = tensor<?x?x?x16xf32>
!values = tensor<?x?x?x23xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
func.func @packed(%q: !keys, %k: !keys, %v: !values, %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>) -> (!values, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32, value_cols = 8>} {
  %s = attn.score %q, %k domain(align = bottom_right, segments(%cu_q, %cu_k)) : (!keys, !keys, tensor<?xi32>,
      tensor<?xi32>) -> !scores
  %c = attn.causal
  %sm = attn.mask %s, %c : !scores
  %w, %l = attn.normalize %sm softmax lse(base = e) : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !values) -> !values
  return %o, %l : !values, !rows
}
