// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program that stores and loads one piece of memory keeps its order, under two names too.
// DEFINE: %{ramp} = --arg shape=4x4:f32:ramp
// RUN: attn-run %s --entry=behind %{ramp} --print | FileCheck %s --check-prefix=BEHIND
// RUN: attn-run %s --entry=before %{ramp} --print | FileCheck %s --check-prefix=BEFORE
// BEHIND: twice = dense<{{\[\[}}8.000000e+00, 1.000000e+01, 1.200000e+01, 1.400000e+01], [1.600000e+01, {{.*}}, 3.000000e+01], [0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00]]>
// BEFORE: twice = dense<{{\[\[}}0.000000e+00, 2.000000e+00, 4.000000e+00, 6.000000e+00], [8.000000e+00, {{.*}}, 3.000000e+01]]>

!m = memref<4x4xf32, strided<[?, 1], offset: ?>>

launch.entry @behind(%x: !m) results(%same: !m, %twice: !m) contract {
  %c4 = arith.constant 4 : index
  launch.yield shapes(%c4, %c4, %c4, %c4)
} body {
  launch.kernel @load_behind_a_store(%x, %same, %same, %twice) : !m, !m, !m, !m
  launch.return
}

tile.kernel @load_behind_a_store(%X: !m, %O: !m, %again: !m, %P: !m)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %two = arith.constant dense<2.0> : tensor<4x4xf32>
  %a = tile.load %X[%c0, %c0] dims = [0, 1] : !m -> tensor<4x4xf32>
  tile.store %a, %O[%c0, %c0] dims = [0, 1] : tensor<4x4xf32>, !m
  %b = tile.load %again[%c1, %c0] dims = [0, 1] : !m -> tensor<4x4xf32>
  %t = arith.mulf %b, %two : tensor<4x4xf32>
  tile.store %t, %P[%c0, %c0] dims = [0, 1] : tensor<4x4xf32>, !m
  tile.yield
}

launch.entry @before(%x: !m) results(%same: !m, %twice: !m) contract {
  %c4 = arith.constant 4 : index
  launch.yield shapes(%c4, %c4, %c4, %c4)
} body {
  launch.kernel @load_before_a_store(%x, %same, %same, %twice) : !m, !m, !m, !m
  launch.return
}

tile.kernel @load_before_a_store(%X: !m, %O: !m, %again: !m, %P: !m)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %two = arith.constant dense<2.0> : tensor<4x4xf32>
  %a = tile.load %X[%c0, %c0] dims = [0, 1] : !m -> tensor<4x4xf32>
  tile.store %a, %O[%c0, %c0] dims = [0, 1] : tensor<4x4xf32>, !m
  %b = tile.load %again[%c0, %c0] dims = [0, 1] : !m -> tensor<4x4xf32>
  tile.store %two, %O[%c1, %c0] dims = [0, 1] : tensor<4x4xf32>, !m
  %t = arith.mulf %b, %two : tensor<4x4xf32>
  tile.store %t, %P[%c0, %c0] dims = [0, 1] : tensor<4x4xf32>, !m
  tile.yield
}
