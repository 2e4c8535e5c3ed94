// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-to-nvvm --split-input-file --verify-diagnostics

tile.kernel @product_without_instruction(%x: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  // expected-error@+1 {{expects a product with its instruction; run --cuda-select-instructions before}}
  %s = tile.mma %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  tile.yield
}

// -----

tile.kernel @begun_without_instruction(%x: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  // expected-error@+1 {{expects a product with its instruction; run --cuda-select-instructions before}}
  %p = tile.issue %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<64x64xf32>>
  %s = tile.await %p : !tile.pending<tensor<64x64xf32>> -> tensor<64x64xf32>
  tile.yield
}

// -----

tile.kernel @product_that_is_not_begun(%x: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  // expected-error@+1 {{expects a product that is begun, as #cuda.wgmma<m64n64k16, bf16> needs; run --tile-issue-products before}}
  %s = tile.mma %a, %a by(#cuda.wgmma<m64n64k16, bf16>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  tile.yield
}

// -----

tile.kernel @unknown_tile_op(%x: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<4x64xf32>
  // expected-error@+1 {{expects an op that this target lowers, but got 'tensor.concat'}}
  %b = tensor.concat dim(0) %a, %a : (tensor<4x64xf32>, tensor<4x64xf32>) -> tensor<8x64xf32>
  tile.store %b, %x[%i, %c0] dims = [0, 1] : tensor<8x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

tile.kernel @sixteen_teams()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  // expected-error@+1 {{expects at most 15 teams, which have a barrier each, but got 16}}
  tile.roles
  role @math warps = 1 teams = 16 (%t) {
    tile.yield
  }
  tile.yield
}

// -----

// expected-error@+1 {{expects a persistent kernel to go through programs; run --tile-persist before}}
tile.kernel @not_in_turn() attributes {persistent = true}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}
