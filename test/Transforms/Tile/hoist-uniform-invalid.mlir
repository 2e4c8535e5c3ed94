// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-hoist-uniform --split-input-file --verify-diagnostics

// expected-error @+1 {{expects 'uniform' to be}}
tile.kernel @number() attributes {uniform = 1}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}

// -----

// expected-error @+1 {{expects 'uniform' to be}}
tile.kernel @word() attributes {uniform = "nobody"}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}
