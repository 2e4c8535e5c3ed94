// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-form-descriptors --split-input-file --verify-diagnostics

tile.kernel @rows(%K: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %ring = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 512, panels = 1>]} : !tile.ring<1, tensor<512x64xbf16>>
  %f = tile.acquire %ring : !tile.ring<1, tensor<512x64xbf16>>
  // expected-error @below {{expects a bulk copy of at most 256 rows, but got 'tensor<512x64xbf16>'}}
  tile.copy %f, %K[%x, %c0] dims = [0, 1] : !tile.slot<fill, tensor<512x64xbf16>>, memref<?x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<512x64xbf16>>
  %r = tile.wait %ring : !tile.ring<1, tensor<512x64xbf16>>
  tile.release %r : !tile.slot<read, tensor<512x64xbf16>>
  tile.yield
}

// -----

tile.kernel @part_of_an_argument(%K: memref<64x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %part = memref.cast %K : memref<64x64xbf16> to memref<?x64xbf16>
  %ring = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.ring<1, tensor<16x64xbf16>>
  %f = tile.acquire %ring : !tile.ring<1, tensor<16x64xbf16>>
  // expected-error @below {{expects a copy of whole rows of an argument}}
  tile.copy %f, %part[%x, %c0] dims = [0, 1] : !tile.slot<fill, tensor<16x64xbf16>>, memref<?x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<16x64xbf16>>
  %r = tile.wait %ring : !tile.ring<1, tensor<16x64xbf16>>
  tile.release %r : !tile.slot<read, tensor<16x64xbf16>>
  tile.yield
}

// -----

// expected-error @below {{expects 'descriptors' to be a list, but got "all"}}
tile.kernel @pinned(%K: memref<64x64xbf16>) attributes {descriptors = "all"}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// -----

tile.kernel @no_layout(%K: memref<64x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{expects a layout of its tiles; run --cuda-assign-layouts before}}
  %ring = tile.ring : !tile.ring<1, tensor<16x64xbf16>>
  %f = tile.acquire %ring : !tile.ring<1, tensor<16x64xbf16>>
  tile.copy %f, %K[%x, %c0] dims = [0, 1] : !tile.slot<fill, tensor<16x64xbf16>>, memref<64x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<16x64xbf16>>
  %r = tile.wait %ring : !tile.ring<1, tensor<16x64xbf16>>
  tile.release %r : !tile.slot<read, tensor<16x64xbf16>>
  tile.yield
}

// -----

tile.kernel @early_end(%K: memref<64x64xbf16>, %O: memref<?x64xbf16>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %ring = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.ring<1, tensor<16x64xbf16>>
  %f = tile.acquire %ring : !tile.ring<1, tensor<16x64xbf16>>
  tile.copy %f, %K[%x, %c0] dims = [0, 1] : !tile.slot<fill, tensor<16x64xbf16>>, memref<64x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<16x64xbf16>>
  %r = tile.wait %ring : !tile.ring<1, tensor<16x64xbf16>>
  // expected-error @below {{expects a bulk copy to memory to end where its tensor does}}
  %p = tile.copy_out %r, %O[%x, %c0] dims = [0, 1] bounds(%n, %c64) : !tile.slot<read, tensor<16x64xbf16>>, memref<?x64xbf16> -> !tile.pending
  tile.await %p : !tile.pending
  tile.release %r : !tile.slot<read, tensor<16x64xbf16>>
  tile.yield
}

// -----

tile.kernel @handed_on(%K: memref<64x64xbf16>, %O: memref<?x64xbf16>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ring = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.ring<1, tensor<16x64xbf16>>
  %f = tile.acquire %ring : !tile.ring<1, tensor<16x64xbf16>>
  tile.copy %f, %K[%x, %c0] dims = [0, 1] : !tile.slot<fill, tensor<16x64xbf16>>, memref<64x64xbf16>
  tile.commit %f : !tile.slot<fill, tensor<16x64xbf16>>
  %r = tile.wait %ring : !tile.ring<1, tensor<16x64xbf16>>
  %last = scf.for %i = %c0 to %n step %c1 iter_args(%s = %r) -> (!tile.slot<read, tensor<16x64xbf16>>) {
    // expected-error @below {{expects a slot to be filled, or copied, where it was acquired, but it was handed on}}
    %p = tile.copy_out %s, %O[%x, %c0] dims = [0, 1] : !tile.slot<read, tensor<16x64xbf16>>, memref<?x64xbf16> -> !tile.pending
    tile.await %p : !tile.pending
    scf.yield %s : !tile.slot<read, tensor<16x64xbf16>>
  }
  tile.release %last : !tile.slot<read, tensor<16x64xbf16>>
  tile.yield
}

// -----

// The copy engine knows where the tensor ends, and not that the tile has fewer columns than its panel.
tile.kernel @narrow_out(%K: memref<64x32xbf16>, %O: memref<64x96xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %ring = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.ring<1, tensor<16x32xbf16>>
  %f = tile.acquire %ring : !tile.ring<1, tensor<16x32xbf16>>
  tile.copy %f, %K[%x, %c0] dims = [0, 1] : !tile.slot<fill, tensor<16x32xbf16>>, memref<64x32xbf16>
  tile.commit %f : !tile.slot<fill, tensor<16x32xbf16>>
  %r = tile.wait %ring : !tile.ring<1, tensor<16x32xbf16>>
  // expected-error @below {{expects a bulk copy to memory of a whole slot, of whole panels of 64 columns or up to the end of the tensor's rows, but got 'tensor<16x32xbf16>'}}
  %p = tile.copy_out %r, %O[%x, %c0] dims = [0, 1] : !tile.slot<read, tensor<16x32xbf16>>, memref<64x96xbf16> -> !tile.pending
  tile.await %p : !tile.pending
  tile.release %r : !tile.slot<read, tensor<16x32xbf16>>
  tile.yield
}

// -----

tile.kernel @chosen(%K: memref<64x64xbf16>, %O: memref<64x64xbf16>, %which: i1)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.slots<1, tensor<16x64xbf16>>
  %b = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.slots<1, tensor<16x64xbf16>>
  %slots = arith.select %which, %a, %b : !tile.slots<1, tensor<16x64xbf16>>
  %stage = arith.constant 0 : i32
  %r = tile.slot %slots[%stage] : !tile.slots<1, tensor<16x64xbf16>> -> !tile.slot<read, tensor<16x64xbf16>>
  // expected-error @below {{expects a slot to be filled, or copied, where it was acquired, but it was handed on}}
  %p = tile.copy_out %r, %O[%x, %c0] dims = [0, 1] : !tile.slot<read, tensor<16x64xbf16>>, memref<64x64xbf16> -> !tile.pending
  tile.await %p : !tile.pending
  tile.yield
}
