// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What has no layout, and what the text of one refuses.
// RUN: attn-opt %s --cuda-assign-layouts --split-input-file --verify-diagnostics

tile.kernel @indices()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects slots of integers or floats, but got 'tensor<16x16xindex>'}}
  %r = tile.ring : !tile.ring<1, tensor<16x16xindex>>
  tile.yield
}

// -----

// expected-error @+1 {{expects rows and a pattern of 128 bytes, but got 64}}
func.func private @narrow() attributes {layout = #cuda.panels<swizzle = 64, rows = 16, panels = 1>}

// -----

// expected-error @+1 {{expects a multiple of 16 rows, but got 24}}
func.func private @uneven() attributes {layout = #cuda.panels<swizzle = 128, rows = 24, panels = 1>}

// -----

// expected-error @+1 {{expects a multiple of 16 rows, but got 0}}
func.func private @no_rows() attributes {layout = #cuda.panels<swizzle = 128, rows = 0, panels = 1>}

// -----

// expected-error @+1 {{expects a panel or more, but got 0}}
func.func private @no_panels() attributes {layout = #cuda.panels<swizzle = 128, rows = 16, panels = 0>}

// -----

func.func @rows() {
  // expected-error @+1 {{'tile.slots' op expects a layout that fits, but #cuda.panels<swizzle = 128, rows = 32, panels = 1> has 32 rows, but the tile has 64}}
  %r = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 32, panels = 1>]} : !tile.slots<1, tensor<64x64xbf16>>
  return
}

// -----

func.func @columns() {
  // expected-error @+1 {{has 64 columns of bf16, but the tile has 128}}
  %r = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !tile.slots<1, tensor<64x128xbf16>>
  return
}

// -----

func.func @of_indices() {
  // expected-error @+1 {{holds integers and floats, but the tile is of index}}
  %r = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !tile.slots<1, tensor<64x64xindex>>
  return
}
