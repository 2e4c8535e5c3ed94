// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-assign-layouts 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: attn-opt %s --cuda-assign-layouts 2>/dev/null | attn-opt | FileCheck %s

// Rows of panels are 128 bytes, and as many as blocks of matrix loads read. What stands there stays.
// REMARK: remark: [cuda-assign-layouts] layout = #cuda.panels<swizzle = 128, rows = 64, panels = 2>: 'tensor<64x128xbf16>' in rows of 64 columns
// REMARK: remark: [cuda-assign-layouts] layout = #cuda.panels<swizzle = 128, rows = 16, panels = 1>: 'tensor<1x32xf32>' in rows of 32 columns
// REMARK: remark: [cuda-assign-layouts] layout = #cuda.panels<swizzle = 128, rows = 16, panels = 1>: 'tensor<16x16xf16>' in rows of 64 columns
// REMARK: remark: [cuda-assign-layouts] layout = #cuda.panels<swizzle = 128, rows = 48, panels = 3>: 'tensor<40x320xi8>' in rows of 128 columns
// REMARK-NOT: remark
// CHECK-LABEL: tile.kernel @rings
// CHECK: tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 2>]} : !tile.ring<2, tensor<64x128xbf16>>
// CHECK: tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>, #cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.ring<1, tensor<1x32xf32>, tensor<16x16xf16>>
// CHECK: tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 80, panels = 2>]} : !tile.ring<1, tensor<64x64xbf16>>
// CHECK: tile.ring : !tile.ring<1>
// CHECK: tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 48, panels = 3>]} : !tile.slots<1, tensor<40x320xi8>>
tile.kernel @rings()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %a = tile.ring : !tile.ring<2, tensor<64x128xbf16>>
  %b = tile.ring : !tile.ring<1, tensor<1x32xf32>, tensor<16x16xf16>>
  %c = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 80, panels = 2>]} : !tile.ring<1, tensor<64x64xbf16>>
  %d = tile.ring : !tile.ring<1>
  %e = tile.slots : !tile.slots<1, tensor<40x320xi8>>
  tile.yield
}
