// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pinned layout may have more panels than its tile has columns: those that are copied are announced, and no more.
// RUN: attn-opt %s --cuda-form-descriptors --cuda-materialise-sync | FileCheck %s

// CHECK: tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 2>]
// CHECK: tile.arrive {{.*}}bytes = 2048
tile.kernel @wide(%K: memref<64x64xbf16>, %O: memref<64x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %ring = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 2>]} : !tile.ring<1, tensor<16x64xbf16>>
  %f = tile.acquire %ring : !tile.ring<1, tensor<16x64xbf16>>
  tile.copy %f, %K[%x, %c0] dims = [0, 1] : !tile.slot<fill, tensor<16x64xbf16>>, memref<64x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<16x64xbf16>>
  %r = tile.wait %ring : !tile.ring<1, tensor<16x64xbf16>>
  %t = tile.read %r : !tile.slot<read, tensor<16x64xbf16>> -> tensor<16x64xbf16>
  tile.release %r : !tile.slot<read, tensor<16x64xbf16>>
  tile.store %t, %O[%x, %c0] dims = [0, 1] : tensor<16x64xbf16>, memref<64x64xbf16>
  tile.yield
}
