// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-insert-rings --tile-issue-products --tile-specialise --verify-diagnostics

// Which block is loaded next depends on a product.
tile.kernel @depends_on_tiles(%K: memref<?x4xf32>, %O: memref<?x4xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : tensor<4x4xf32>
  %last = scf.for %t = %c0 to %n step %c1 iter_args(%at = %c0) -> index {
    // expected-error @+2 {{expects what decides how rings are filled to be scalar, but it needs tile.wait}}
    // expected-remark @below {{[tile-insert-rings] depth = 2: slots of 64 bytes}}
    %k = tile.load %K[%at, %c0] dims = [0, 1] : memref<?x4xf32> -> tensor<4x4xf32>
    %s = tile.mma %a, %k : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
    %e = tensor.extract %s[%c0, %c0] : tensor<4x4xf32>
    %i = arith.fptosi %e : f32 to i32
    %next = arith.index_cast %i : i32 to index
    tile.store %s, %O[%t, %c0] dims = [0, 1] : tensor<4x4xf32>, memref<?x4xf32>
    scf.yield %next : index
  }
  tile.yield
}
