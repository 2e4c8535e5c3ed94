// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns that would never come, or come twice at once.
// RUN: attn-opt %s --tile-to-nvvm --split-input-file --verify-diagnostics

tile.kernel @ends_first(%O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.roles
  role @math warps = 8 teams = 1 (%team) {
    %a = arith.constant dense<0.0> : tensor<128x64xbf16>
    %b = arith.constant dense<0.0> : tensor<64x64xbf16>
    // expected-error @+1 {{expects a turn to begin before it ends}}
    %p0 = tile.issue %a, %b {ends_turn} : tensor<128x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<128x64xf32>>
    %s0 = tile.await %p0 : !tile.pending<tensor<128x64xf32>> -> tensor<128x64xf32>
    tile.yield
  }
  tile.yield
}

// -----

tile.kernel @begins_twice(%O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.roles
  role @math warps = 8 teams = 1 (%team) {
    %a = arith.constant dense<0.0> : tensor<128x64xbf16>
    %b = arith.constant dense<0.0> : tensor<64x64xbf16>
    %p0 = tile.issue %a, %b {begins_turn} : tensor<128x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<128x64xf32>>
    // expected-error @+1 {{expects a turn to end before another one begins}}
    %p1 = tile.issue %a, %b {begins_turn} : tensor<128x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<128x64xf32>>
    %s0 = tile.await %p0 : !tile.pending<tensor<128x64xf32>> -> tensor<128x64xf32>
    %s1 = tile.await %p1 : !tile.pending<tensor<128x64xf32>> -> tensor<128x64xf32>
    tile.yield
  }
  tile.yield
}

// -----

tile.kernel @never_ends(%O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects every turn to end in the block where it begins}}
  tile.roles
  role @math warps = 8 teams = 1 (%team) {
    %a = arith.constant dense<0.0> : tensor<128x64xbf16>
    %b = arith.constant dense<0.0> : tensor<64x64xbf16>
    %p0 = tile.issue %a, %b {begins_turn} : tensor<128x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<128x64xf32>>
    %s0 = tile.await %p0 : !tile.pending<tensor<128x64xf32>> -> tensor<128x64xf32>
    tile.yield
  }
  tile.yield
}

// -----

tile.kernel @two_teams(%O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects one team of two groups of four warps or more to take turns, but got 2 of 8 warps}}
  tile.roles
  role @math warps = 8 teams = 2 (%team) {
    %a = arith.constant dense<0.0> : tensor<128x64xbf16>
    %b = arith.constant dense<0.0> : tensor<64x64xbf16>
    %p0 = tile.issue %a, %b {begins_turn, ends_turn} : tensor<128x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<128x64xf32>>
    %s0 = tile.await %p0 : !tile.pending<tensor<128x64xf32>> -> tensor<128x64xf32>
    tile.yield
  }
  tile.yield
}

// -----

tile.kernel @one_group(%O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects one team of two groups of four warps or more to take turns, but got 1 of 4 warps}}
  tile.roles
  role @math warps = 4 teams = 1 (%team) {
    %a = arith.constant dense<0.0> : tensor<64x64xbf16>
    %b = arith.constant dense<0.0> : tensor<64x64xbf16>
    %p0 = tile.issue %a, %b {begins_turn, ends_turn} : tensor<64x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<64x64xf32>>
    %s0 = tile.await %p0 : !tile.pending<tensor<64x64xf32>> -> tensor<64x64xf32>
    tile.yield
  }
  tile.yield
}
