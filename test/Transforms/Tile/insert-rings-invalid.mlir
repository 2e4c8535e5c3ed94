// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-insert-rings --verify-diagnostics

tile.kernel @no_slot(%K: memref<?x64xbf16>, %O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{expects 'depth' to be an integer in [1, 1024], but got 0 : i64}}
  %k = tile.load %K[%c0, %c0] dims = [0, 1] {depth = 0} : memref<?x64xbf16> -> tensor<64x64xbf16>
  %s = tile.mma %k, %k : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  tile.store %s, %O[%c0, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}
