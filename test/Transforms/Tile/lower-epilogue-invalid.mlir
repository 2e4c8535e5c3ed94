// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pinned copy that cannot be, and wrong options.
// RUN: attn-opt %s --tile-lower-epilogue --split-input-file --verify-diagnostics
// RUN: not attn-opt %s --tile-lower-epilogue=least=-1 --split-input-file 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not attn-opt %s --tile-lower-epilogue=shared=-1 --split-input-file 2>&1 | FileCheck %s --check-prefix=SHARED
// ROWS: error: expects the option least in [0, 65536], but got -1
// SHARED: error: expects the option shared in [0, 1073741824], but got -1

tile.kernel @teams(%O: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  tile.roles
  role @math teams = 2 (%t) {
    %o = arith.constant dense<1.0> : tensor<128x64xbf16>
    // expected-error @+1 {{expects 'epilogue' to be threads, but got copy: several teams store one each}}
    tile.store %o, %O[%t, %c0] dims = [0, 1] {epilogue = #tile.epilogue<copy>} : tensor<128x64xbf16>, memref<?x64xbf16>
    tile.yield
  }
  tile.yield
}

// -----

tile.kernel @no_role(%O: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %o = arith.constant dense<1.0> : tensor<128x64xbf16>
  // expected-error @+1 {{expects 'epilogue' to be threads, but got copy: it is stored in no role}}
  tile.store %o, %O[%x, %c0] dims = [0, 1] {epilogue = #tile.epilogue<copy>} : tensor<128x64xbf16>, memref<?x64xbf16>
  tile.yield
}

// -----

tile.kernel @row(%O: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  tile.roles
  role @math (%t) {
    %o = arith.constant dense<1.0> : tensor<1x64xbf16>
    // expected-error @+1 {{expects 'epilogue' to be threads, but got copy: it has one row or column}}
    tile.store %o, %O[%t, %c0] dims = [0, 1] {epilogue = #tile.epilogue<copy>} : tensor<1x64xbf16>, memref<?x64xbf16>
    tile.yield
  }
  tile.yield
}

// -----

func.func @word(%o: tensor<128x64xbf16>, %m: memref<?x64xbf16>, %i: index) {
  // expected-error @+2 {{expected ::attn::tile::Epilogue to be one of: threads, copy}}
  // expected-error @+1 {{failed to parse}}
  tile.store %o, %m[%i, %i] dims = [0, 1] {epilogue = #tile.epilogue<warps>} : tensor<128x64xbf16>, memref<?x64xbf16>
  return
}
