// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-materialise-sync --split-input-file --verify-diagnostics

!ring = !tile.ring<1, tensor<64x64xbf16>>
!fill = !tile.slot<fill, tensor<64x64xbf16>>
!read = !tile.slot<read, tensor<64x64xbf16>>

tile.kernel @warps(%K: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %r = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !ring
  tile.roles
  role @load warps = 2 (%t) {
    // expected-error @+1 {{expects a role of one warp to begin copies, but got 2 warps}}
    %f = tile.acquire %r : !ring
    tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !fill, memref<?x64xbf16>
    tile.commit %f : !fill
    tile.yield
  }
  role @math (%t) {
    %s = tile.wait %r : !ring
    tile.release %s : !read
    tile.yield
  }
  tile.yield
}

// -----

!ring = !tile.ring<1, tensor<64x64xbf16>>
!fill = !tile.slot<fill, tensor<64x64xbf16>>
!read = !tile.slot<read, tensor<64x64xbf16>>

tile.kernel @both(%K: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %w = arith.constant dense<0.0> : tensor<64x64xbf16>
  // expected-error @+1 {{expects a ring that copies fill, or threads, but not both}}
  %r = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !ring
  tile.roles
  role @load warps = 1 (%t) {
    %f = tile.acquire %r : !ring
    tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !fill, memref<?x64xbf16>
    tile.put %w, %f : tensor<64x64xbf16>, !fill
    tile.commit %f : !fill
    tile.yield
  }
  role @math (%t) {
    %s = tile.wait %r : !ring
    tile.release %s : !read
    tile.yield
  }
  tile.yield
}

// -----

#panels = #cuda.panels<swizzle = 128, rows = 64, panels = 1>

tile.kernel @pairs()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  // expected-error @+1 {{expects a payload of one tile or none on this target, but got 2}}
  %r = tile.ring {layout = [#panels, #panels]} : !tile.ring<1, tensor<64x64xbf16>, tensor<64x64xbf16>>
  tile.yield
}

// -----

!ring = !tile.ring<1, tensor<64x64xbf16>>
!fill = !tile.slot<fill, tensor<64x64xbf16>>
!read = !tile.slot<read, tensor<64x64xbf16>>

tile.kernel @no_layout()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %w = arith.constant dense<0.0> : tensor<64x64xbf16>
  // expected-error @+1 {{expects a layout of its tiles; run --cuda-assign-layouts before}}
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.put %w, %f : tensor<64x64xbf16>, !fill
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  tile.release %s : !read
  tile.yield
}
