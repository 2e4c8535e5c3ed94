// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What no row computes, what the text of an instruction refuses, and wrong options.
// RUN: split-file %s %t
// RUN: attn-opt %t/both.mlir --cuda-select-instructions=chip=sm_90a --split-input-file --verify-diagnostics
// RUN: attn-opt %t/old.mlir --cuda-select-instructions=chip=sm_80 --split-input-file --verify-diagnostics
// RUN: attn-opt %t/waiting.mlir --cuda-select-instructions="tables=warpgroup,warp waiting=63" --split-input-file --verify-diagnostics
// RUN: not attn-opt %t/empty.mlir --cuda-select-instructions=chip=sm_3 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not attn-opt %t/empty.mlir --cuda-select-instructions="chip=sm_80 tables=warpgroup" 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: not attn-opt %t/empty.mlir --cuda-select-instructions="tables=warp,lane" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not attn-opt %t/empty.mlir --cuda-select-instructions="waiting=-1" 2>&1 | FileCheck %s --check-prefix=WAITING
// CHIP: error: expects chip to be sm_80, sm_86, sm_89, sm_90a, sm_100a or sm_120, but got 'sm_3'
// TABLE: error: expects tables to be warp, but got 'warpgroup'
// NAME: error: expects tables to be warpgroup or warp, but got 'lane'
// WAITING: error: expects the option waiting in [0, 65536], but got -1

//--- empty.mlir
//--- both.mlir
func.func @products_of_f64(%a: tensor<64x64xf64>) {
  // expected-error@+1 {{expects a product that an instruction computes, but 'warpgroup' multiplies bf16 or f16, but the operands are of f64; 'warp' multiplies bf16, f16 or f32, but the operands are of f64}}
  %s = tile.mma %a, %a : tensor<64x64xf64>, tensor<64x64xf64> -> tensor<64x64xf64>
  return
}

// -----

func.func @begun_of_f32(%a: tensor<64x64xf32>) {
  // expected-error@+1 {{'warp' is waited for, but the product is begun}}
  %s = tile.issue %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> !tile.pending<tensor<64x64xf32>>
  return
}

// -----

func.func @right_operand_in_registers(%a: tensor<64x64xbf16>) {
  // expected-error@+1 {{'warpgroup' reads b from a slot, but it lies in registers; 'warp'}}
  %s = tile.issue %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<64x64xf32>>
  return
}

// -----

func.func @pin_of_another_shape(%a: tensor<64x64xbf16>) {
  // expected-error@+1 {{'tile.mma' op expects an instruction that fits, but #cuda.wgmma<m64n128k16, bf16> computes 128 columns, but the result has 64}}
  %s = tile.mma %a, %a by(#cuda.wgmma<m64n128k16, bf16>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  return
}

// -----

func.func @pin_of_another_depth(%a: tensor<64x24xbf16>) {
  // expected-error@+1 {{but #cuda.wgmma<m64n64k16, bf16> contracts 16 elements at a time, but the operands have 24}}
  %s = tile.mma %a, %a by(#cuda.wgmma<m64n64k16, bf16>) {transB} : tensor<64x24xbf16>, tensor<64x24xbf16> -> tensor<64x64xf32>
  return
}

// -----

func.func @pin_of_other_rows(%a: tensor<32x64xbf16>, %b: tensor<64x64xbf16>) {
  // expected-error@+1 {{but #cuda.wgmma<m64n64k16, bf16> computes 64 rows at a time, but the result has 32}}
  %s = tile.mma %a, %b by(#cuda.wgmma<m64n64k16, bf16>) : tensor<32x64xbf16>, tensor<64x64xbf16> -> tensor<32x64xf32>
  return
}

// -----

func.func @pin_of_transposed_registers(%a: tensor<64x64xbf16>) {
  // expected-error@+1 {{but #cuda.wgmma<m64n64k16, bf16, a = registers> reads a from registers, but a is transposed}}
  %s = tile.mma %a, %a by(#cuda.wgmma<m64n64k16, bf16, a = registers>) {transA} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  return
}

// -----

// expected-error@+1 {{expects a shape as m64n128k16, but got 'm64k16'}}
func.func private @shape() attributes {i = #cuda.wgmma<m64k16, bf16>}

// -----

// expected-error@+1 {{expects m64, n8 to n256 in steps of 8, and k16, but got m64n260k16}}
func.func private @columns() attributes {i = #cuda.wgmma<m64n260k16, bf16>}

// -----

// expected-error@+1 {{expects f16 or bf16, but got 'f32'}}
func.func private @element() attributes {i = #cuda.wgmma<m64n64k16, f32>}

// -----

// expected-error@+1 {{expects m16n8k8 of 'tf32', but got m16n8k16}}
func.func private @depth() attributes {i = #cuda.mma<m16n8k16, tf32>}

// -----

// expected-error@+1 {{expects f16, bf16 or tf32, but got 'f64'}}
func.func private @wide() attributes {i = #cuda.mma<m16n8k16, f64>}

// -----

// expected-error@+1 {{expects 1 or 3 products of 'tf32', but got 2}}
func.func private @two() attributes {i = #cuda.mma<m16n8k8, tf32, products = 2>}

// -----

// expected-error@+1 {{expects 1 product of 'bf16', but got 3}}
func.func private @three() attributes {i = #cuda.mma<m16n8k16, bf16, products = 3>}

//--- old.mlir
func.func @begun_for_another_chip(%a: tensor<64x64xbf16>, %b: !tile.slot<read, tensor<64x64xbf16>>) {
  // expected-error@+1 {{expects an instruction of sm_80, but got #cuda.wgmma<m64n64k16, bf16>}}
  %s = tile.issue %a, %b by(#cuda.wgmma<m64n64k16, bf16>) : tensor<64x64xbf16>, !tile.slot<read, tensor<64x64xbf16>> -> !tile.pending<tensor<64x64xf32>>
  return
}

//--- waiting.mlir
func.func @too_large_to_wait_for(%a: tensor<64x64xf32>) {
  // expected-error@+1 {{'warpgroup' multiplies bf16 or f16, but the operands are of f32; 'warp' waits for more than 63 rows}}
  %s = tile.mma %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  return
}
