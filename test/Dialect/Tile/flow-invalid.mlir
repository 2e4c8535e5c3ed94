// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a kernel refuses of slots and products in flight.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @acquire_c2_no_end(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  // expected-error @below {{expects a slot to end once, but it ends 0 times}}
  %f = tile.acquire %r : !ring
  %s = tile.wait %r : !ring
  tile.release %s : !read
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @acquire_c2_two_ends(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  // expected-error @below {{expects a slot to end once, but it ends 2 times}}
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  tile.release %s : !read
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @wait_c2_no_end(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  // expected-error @below {{expects a slot to end once, but it ends 0 times}}
  %s = tile.wait %r : !ring
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @wait_c3_other_block(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @below {{'tile.release' op expects a slot to end in the block that holds it}}
    tile.release %s : !read
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @acquire_c3_copy_after_commit(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  // expected-error @below {{'tile.copy' op expects a slot to be used before its end}}
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !fill, memref<?x4xf32>
  %s = tile.wait %r : !ring
  tile.release %s : !read
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @wait_c4_read_after_release(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  %v = tile.view %s : !read -> !read
  tile.release %s : !read
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @below {{'tile.read' op expects a slot to be used before its end}}
    %b = tile.read %v : !read -> !tile
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @view_c7(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  %v = tile.view %s : !read -> !read
  // expected-error @below {{'scf.for' op expects a view to stay with its slot, but it is handed on}}
  %u = scf.for %i = %c0 to %n step %c1 iter_args(%w = %v) -> !read {
    scf.yield %w : !read
  }
  tile.release %s : !read
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @release_c2(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  %p = tile.issue %a, %s : !tile, !read -> !tile.pending<!tile>
  // expected-error @below {{'tile.release' op expects what reads the slot to be awaited before, but tile.issue may be in flight}}
  tile.release %s : !read
  %b = tile.await %p : !tile.pending<!tile> -> !tile
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @release_c2_view(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  %v = tile.view %s : !read -> !read
  %p = tile.copy_out %v, %K[%c0, %c0] dims = [0, 1] : !read, memref<?x4xf32> -> !tile.pending
  // expected-error @below {{'tile.release' op expects what reads the slot to be awaited before, but tile.copy_out may be in flight}}
  tile.release %s : !read
  tile.await %p : !tile.pending
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @release_c2_chain(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  %p = tile.issue %a, %s : !tile, !read -> !tile.pending<!tile>
  // expected-error @below {{'tile.release' op expects what reads the slot to be awaited before, but tile.issue may be in flight}}
  tile.release %s : !read
  %q = tile.issue %a, %a, %p : !tile, !tile, !tile.pending<!tile> -> !tile.pending<!tile>
  %b = tile.await %q : !tile.pending<!tile> -> !tile
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @await_c3_unused(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{expects what is in flight to be used once, but it is used 0 times}}
  %p = tile.issue %a, %a : !tile, !tile -> !tile.pending<!tile>
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @await_c3_twice(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{expects what is in flight to be used once, but it is used 2 times}}
  %p = tile.issue %a, %a : !tile, !tile -> !tile.pending<!tile>
  %b = tile.await %p : !tile.pending<!tile> -> !tile
  %c = tile.await %p : !tile.pending<!tile> -> !tile
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @await_c4(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %p = tile.issue %a, %a : !tile, !tile -> !tile.pending<!tile>
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @below {{'tile.await' op expects what is in flight to be used in the block that holds it}}
    %b = tile.await %p : !tile.pending<!tile> -> !tile
  }
  tile.yield
}
