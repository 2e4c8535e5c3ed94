// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Homes that no operand has, pins that do not fit the product, and a chip that nobody knows.
// RUN: split-file %s %t
// RUN: attn-opt %t/homes.mlir --split-input-file --verify-diagnostics
// RUN: not attn-opt %t/kernel.mlir --pass-pipeline="builtin.module(tile.kernel(cuda-home-operands{chip=sm_3}))" 2>&1 | FileCheck %s
// CHECK: error: expects chip to be sm_80, sm_86, sm_89, sm_90a, sm_100a or sm_120, but got 'sm_3'

//--- homes.mlir
func.func @transposed_in_registers(%a: tensor<64x64xbf16>) {
  // expected-error@+1 {{but #cuda.mma<m16n8k16, bf16, a = registers> reads a from registers, but a is transposed}}
  %s = tile.mma %a, %a by(#cuda.mma<m16n8k16, bf16, a = registers>) {transA} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  return
}

// -----

// expected-error@+1 {{expects products or a, each once, but got 'b'}}
func.func private @of_b() attributes {i = #cuda.mma<m16n8k16, bf16, b = slot>}

// -----

// expected-error@+1 {{expected one of [registers, slot, either] for where an operand of a product lies, got: memory}}
func.func private @elsewhere() attributes {i = #cuda.mma<m16n8k16, bf16, a = memory>}

// -----

// expected-error@+1 {{expected '='}}
func.func private @nowhere() attributes {i = #cuda.mma<m16n8k16, bf16, a>}

// -----

// expected-error@+1 {{expected integer value}}
func.func private @products() attributes {i = #cuda.mma<m16n8k8, tf32, products = many>}

// -----

// expected-error@+1 {{expects products or a, each once, but got 'a'}}
func.func private @twice() attributes {i = #cuda.mma<m16n8k16, bf16, a = slot, a = registers>}

//--- kernel.mlir
tile.kernel @empty(%O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}
