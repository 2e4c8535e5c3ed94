// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operands that are not where the instruction reads them.
// RUN: attn-opt %s --tile-issue-products --split-input-file --verify-diagnostics

func.func @right_in_registers(%a: tensor<64x64xbf16>) -> tensor<64x64xf32> {
  // expected-error@+1 {{'tile.mma' op expects b in a slot that is held, from which #cuda.wgmma<m64n64k16, bf16> reads it; run --tile-insert-rings=made before}}
  %s = tile.mma %a, %a by(#cuda.wgmma<m64n64k16, bf16>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  return %s : tensor<64x64xf32>
}

// -----

func.func @left_in_registers(%a: tensor<64x64xbf16>) -> tensor<64x64xf32> {
  // expected-error@+1 {{expects a in a slot that is held, from which #cuda.wgmma<m64n64k16, bf16, a = slot> reads it}}
  %s = tile.mma %a, %a by(#cuda.wgmma<m64n64k16, bf16, a = slot>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  return %s : tensor<64x64xf32>
}
