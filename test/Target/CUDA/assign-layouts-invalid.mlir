// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What has no layout, and what the text of one refuses.
// RUN: attn-opt %s --cuda-assign-layouts --split-input-file --verify-diagnostics

tile.kernel @indices()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects slots of integers or floats of whole bytes, but got 'tensor<16x16xindex>'}}
  %r = tile.ring : !tile.ring<1, tensor<16x16xindex>>
  tile.yield
}

// -----

// expected-error @+1 {{expects rows and a pattern of 128 bytes, but got 64}}
func.func private @narrow() attributes {layout = #cuda.panels<swizzle = 64, rows = 16, panels = 1>}

// -----

// expected-error @+1 {{expects a multiple of 16 rows, up to 65536, but got 24}}
func.func private @uneven() attributes {layout = #cuda.panels<swizzle = 128, rows = 24, panels = 1>}

// -----

// expected-error @+1 {{expects a multiple of 16 rows, up to 65536, but got 0}}
func.func private @no_rows() attributes {layout = #cuda.panels<swizzle = 128, rows = 0, panels = 1>}

// -----

// expected-error @+1 {{expects 1 to 65536 panels, but got 0}}
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
  // expected-error @+1 {{holds integers and floats of whole bytes, but the tile is of index}}
  %r = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !tile.slots<1, tensor<64x64xindex>>
  return
}

// -----

// expected-error @+1 {{expects a multiple of 16 rows, up to 65536, but got 144115188075855872}}
func.func private @many_rows() attributes {layout = #cuda.panels<swizzle = 128, rows = 144115188075855872, panels = 1>}

// -----

// expected-error @+1 {{expects 1 to 65536 panels, but got 9223372036854775807}}
func.func private @many_panels() attributes {layout = #cuda.panels<swizzle = 128, rows = 16, panels = 9223372036854775807>}

// -----

tile.kernel @bits()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects slots of integers or floats of whole bytes, but got 'tensor<16x16xi1>'}}
  %r = tile.ring : !tile.ring<1, tensor<16x16xi1>>
  tile.yield
}
