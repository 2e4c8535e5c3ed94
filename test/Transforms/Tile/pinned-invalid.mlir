// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An attribute that pins a decision is refused by the pass that reads it where it has another type or value.
// RUN: rm -rf %t && split-file %s %t
// DEFINE: %{program} =
// DEFINE: %{pass} =
// DEFINE: %{refused} = not attn-opt %t/%{program}.mlir %{pass} 2>&1 | FileCheck %t/%{program}.mlir

// REDEFINE: %{pass} = --tile-insert-rings
// REDEFINE: %{program} = depth-text
// RUN: %{refused}
// REDEFINE: %{program} = depth-bool
// RUN: %{refused}
// REDEFINE: %{program} = depth-most
// RUN: %{refused}
// REDEFINE: %{program} = depth-wide
// RUN: %{refused}
// REDEFINE: %{pass} = --tile-skew
// REDEFINE: %{program} = stage
// RUN: %{refused}
// REDEFINE: %{program} = skew
// RUN: %{refused}
// REDEFINE: %{pass} = --tile-persist
// REDEFINE: %{program} = stage
// RUN: %{refused}
// REDEFINE: %{pass} = --tile-longest-first
// REDEFINE: %{program} = order-number
// RUN: %{refused}
// REDEFINE: %{program} = order-word
// RUN: %{refused}

//--- depth-text.mlir
// CHECK: depth-text.mlir:8:8: error: expects 'depth' to be an integer in [1, 1024], but got "x"
tile.kernel @depth(%K: memref<?x64xbf16>, %O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %k = tile.load %K[%c0, %c0] dims = [0, 1] {depth = "x"} : memref<?x64xbf16> -> tensor<64x64xbf16>
  tile.yield
}
//--- depth-bool.mlir
// CHECK: error: expects 'depth' to be an integer in [1, 1024], but got true
tile.kernel @depth(%K: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %k = tile.load %K[%c0, %c0] dims = [0, 1] {depth = true} : memref<?x64xbf16> -> tensor<64x64xbf16>
  tile.yield
}
//--- depth-most.mlir
// CHECK: error: expects 'depth' to be an integer in [1, 1024], but got 9223372036854775807 : i64
tile.kernel @depth(%K: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %k = tile.load %K[%c0, %c0] dims = [0, 1] {depth = 9223372036854775807} : memref<?x64xbf16> -> tensor<64x64xbf16>
  tile.yield
}
//--- depth-wide.mlir
// CHECK: error: expects 'depth' to be an integer in [1, 1024], but got 18446744073709551617 : i128
tile.kernel @depth(%K: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %k = tile.load %K[%c0, %c0] dims = [0, 1] {depth = 18446744073709551617 : i128} : memref<?x64xbf16> -> tensor<64x64xbf16>
  tile.yield
}
//--- stage.mlir
// CHECK: error: expects 'stage' to be an integer in [0, 1], but got 2 : i64
tile.kernel @stage(%O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %a = arith.constant dense<1.0> : tensor<64x64xbf16>
  %p = tile.issue %a, %a {stage = 2} : tensor<64x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<64x64xf32>>
  %s = tile.await %p : !tile.pending<tensor<64x64xf32>> -> tensor<64x64xf32>
  tile.yield
}
//--- skew.mlir
// CHECK: error: expects 'skew' to be true or false, but got 1 : i64
tile.kernel @skew(%n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %t = %c0 to %n step %c1 {
  } {skew = 1}
  tile.yield
}
//--- order-number.mlir
// CHECK: error: expects 'order' to be "rising" or "falling", but got 1 : i64
tile.kernel @order() attributes {order = 1}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}
//--- order-word.mlir
// CHECK: error: expects 'order' to be "rising" or "falling", but got "heavy"
tile.kernel @order() attributes {order = "heavy"}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}
