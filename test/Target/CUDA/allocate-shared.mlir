// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-allocate-shared --split-input-file --verify-diagnostics | FileCheck %s

// Slots begin at multiples of 1024 bytes, barriers follow; a place that stands there is kept.
// CHECK-LABEL: tile.kernel @places
// CHECK: tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>], offset = 18432 : i64} : !tile.slots<1, tensor<8x64xbf16>>
// CHECK: tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>], offset = 2048 : i64}
// CHECK: tile.barriers {arrivals = 1 : i64, offset = 20480 : i64}
// expected-remark @+1 {{[cuda-allocate-shared] shared = 20496: bytes of slots and barriers}}
tile.kernel @places()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %a = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.slots<1, tensor<8x64xbf16>>
  %b = tile.slots {offset = 2048 : i64, layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !tile.slots<2, tensor<64x64xbf16>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<2>
  tile.yield
}

// -----

// expected-error @+1 {{expects slots and barriers of at most 232448 bytes of shared memory, but got 262144}}
tile.kernel @large()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-note @+1 {{'!tile.slots<8, tensor<128x128xbf16>>' takes 262144 bytes}}
  %a = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 128, panels = 2>]} : !tile.slots<8, tensor<128x128xbf16>>
  tile.yield
}

// -----

tile.kernel @uneven()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects an offset that is a multiple of 1024, but got 512}}
  %a = tile.slots {offset = 512 : i64, layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.slots<1, tensor<8x64xbf16>>
  tile.yield
}

// -----

tile.kernel @overlapping()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-note @+1 {{and here [0, 8192)}}
  %a = tile.slots {offset = 0 : i64, layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !tile.slots<1, tensor<64x64xbf16>>
  // expected-error @+1 {{expects places that do not overlap, but got bytes [1024, 3072)}}
  %b = tile.slots {offset = 1024 : i64, layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.slots<1, tensor<8x64xbf16>>
  tile.yield
}

// -----

tile.kernel @no_layout()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects a layout of its tiles; run --cuda-assign-layouts before}}
  %a = tile.slots : !tile.slots<1, tensor<64x64xbf16>>
  tile.yield
}
