// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From functions of attention to entries and device functions: sizes for registers, a grid at each launch.
// RUN: attn-opt %s --attn-fuse --attn-to-tile=target=cuda 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: attn-opt %s --attn-fuse --attn-to-tile=target=cuda --tile-to-device-cuda | FileCheck %s
// RUN: attn-opt %s --attn-fuse --attn-to-tile=target=cuda.overlapped 2>&1 | FileCheck %s --check-prefix=OVERLAPPED
// RUN: attn-opt %s --attn-fuse --attn-to-tile=target=cuda.overlapped_fewer_keys 2>&1 | FileCheck %s --check-prefix=KEYS
// RUN: attn-opt %s --attn-fuse --attn-to-tile=target=cuda.fewer-keys 2>&1 | FileCheck %s --check-prefix=FEWER
// RUN: attn-opt %s --attn-fuse --attn-to-tile=target=cuda.fewer-rows 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: attn-opt %s --attn-fuse --attn-to-tile=target=cuda.fewer-values 2>&1 | FileCheck %s --check-prefix=VALUES
// RUN: attn-opt %attn_src/lib/Variants/mla.mlir --attn-specialise="D=512,64 type=bf16" --attn-fuse \
// RUN:   --attn-to-tile=target=cuda.overlapped 2>&1 | FileCheck %s --check-prefix=DEEP
// RUN: not attn-opt %s --attn-fuse --attn-to-tile=target=tpu 2>&1 | FileCheck %s --check-prefix=WRONG

// TILE-DAG: remark: [attn-to-tile] rows = 192, cols = 32: accumulator and scores stay in registers at head size 64
// TILE-DAG: remark: [attn-to-tile] rows = 128, cols = 16: accumulator and scores stay in registers at head size 256
// TILE-DAG: remark: [attn-to-tile] rows = 32, cols = 32: the plane has 20 rows
// OVERLAPPED-DAG: remark: [attn-to-tile] rows = 192, cols = 112: three groups of rows have registers enough at head size 64
// OVERLAPPED-DAG: remark: [attn-to-tile] rows = 128, cols = 80: two blocks of keys and of values lie in shared memory at head size 256
// Fewer keys of many rows; few rows have fewer anyway.
// KEYS-DAG: rows = 192, cols = 80: three groups of rows have registers enough at head size 64, with a quarter fewer keys
// KEYS-DAG: rows = 128, cols = 48: two blocks of keys and of values lie in shared memory at head size 256, with a quarter fewer keys
// KEYS-DAG: rows = 32, cols = 32: the plane has 20 rows{{$}}
// WRONG: error: expects target 'cpu', 'cuda', 'cuda.overlapped' or a step to smaller tiles, 'cuda.overlapped_fewer_keys', 'cuda.fewer-keys', 'cuda.fewest-keys', 'cuda.fewer-rows', 'cuda.fewer-values' or 'cuda.fewest-values', but got 'tpu'
// DEEP: remark: [attn-to-tile] rows = 64, cols = 48, value cols = 128: two blocks of keys and of values lie in shared memory beside queries of 576
// FEWER: remark: [attn-to-tile] rows = 192, cols = 16: larger ones spill
// VALUES-DAG: remark: [attn-to-tile] rows = 192, cols = 16, value cols = 32, passes = 2: larger ones spill
// VALUES-DAG: remark: [attn-to-tile] rows = 128, cols = 16, value cols = 128, passes = 2: larger ones spill
// ROWS: remark: [attn-to-tile] rows = 128, cols = 16: larger ones spill

// CHECK-DAG: launch.kernel @bf16_attend grid(
// CHECK-DAG: llvm.func @bf16_attend({{.*}}launch.threads = 384 : i64
// CHECK-DAG: llvm.func @wide_attend({{.*}}launch.threads = 256 : i64
// CHECK-DAG: llvm.func @few_f32_attend({{.*}}launch.threads = 64 : i64

func.func @bf16(%q: tensor<1x2x?x64xbf16>, %k: tensor<1x2x?x64xbf16>, %v: tensor<1x2x?x64xbf16>) -> tensor<1x2x?x64xbf16> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<1x2x?x64xbf16>, tensor<1x2x?x64xbf16>) -> !attn.scores<1x2x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<1x2x?x?xf32>) -> !attn.weights<1x2x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<1x2x?x?xf32>, tensor<1x2x?x64xbf16>) -> tensor<1x2x?x64xbf16>
  return %o : tensor<1x2x?x64xbf16>
}

func.func @wide(%q: tensor<1x2x?x256xbf16>, %k: tensor<1x2x?x256xbf16>, %v: tensor<1x2x?x256xbf16>) -> tensor<1x2x?x256xbf16> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<1x2x?x256xbf16>, tensor<1x2x?x256xbf16>) -> !attn.scores<1x2x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<1x2x?x?xf32>) -> !attn.weights<1x2x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<1x2x?x?xf32>, tensor<1x2x?x256xbf16>) -> tensor<1x2x?x256xbf16>
  return %o : tensor<1x2x?x256xbf16>
}

func.func @few_f32(%q: tensor<1x2x20x64xf32>, %k: tensor<1x2x?x64xf32>, %v: tensor<1x2x?x64xf32>) -> tensor<1x2x20x64xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<1x2x20x64xf32>, tensor<1x2x?x64xf32>) -> !attn.scores<1x2x20x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<1x2x20x?xf32>) -> !attn.weights<1x2x20x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<1x2x20x?xf32>, tensor<1x2x?x64xf32>) -> tensor<1x2x20x64xf32>
  return %o : tensor<1x2x20x64xf32>
}

// A plane whose statistics alone are asked for has no values to choose sizes by.
// CHECK-DAG: llvm.func @statistics_attend(
func.func @statistics(%q: tensor<1x2x?x64xbf16>, %k: tensor<1x2x?x64xbf16>) -> tensor<1x2x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<1x2x?x64xbf16>, tensor<1x2x?x64xbf16>) -> !attn.scores<1x2x?x?xf32>
  %w, %l = attn.normalize %s softmax : (!attn.scores<1x2x?x?xf32>) -> (!attn.weights<1x2x?x?xf32>, tensor<1x2x?xf32>)
  return %l : tensor<1x2x?xf32>
}
