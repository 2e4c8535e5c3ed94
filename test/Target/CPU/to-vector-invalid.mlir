// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-to-vector --split-input-file --verify-diagnostics
// RUN: not attn-opt %s --tile-to-vector=cpu=z80 --split-input-file 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: expects CPU to be x86-64-v3, x86-64-v4, x86-64-v4-bf16 or native, but got 'z80'

tile.kernel @while_around_tiles(%x: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{expects scf.for or scf.if around tile ops, but got 'scf.while'}}
  %r = scf.while (%a = %c0) : (index) -> index {
    %c = arith.cmpi slt, %a, %i : index
    scf.condition(%c) %a : index
  } do {
  ^bb0(%b: index):
    %t = tile.load %x[%b, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<4x64xf32>
    tile.store %t, %x[%b, %c0] dims = [0, 1] : tensor<4x64xf32>, memref<?x64xf32>
    scf.yield %b : index
  }
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
