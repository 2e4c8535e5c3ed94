// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --verify-diagnostics

tile.kernel @slots_c2(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.slots' op expects an offset that is not negative, but got -8}}
  %m = tile.slots {offset = -8 : i64} : !tile.slots<1, tensor<8x8xf32>>
  tile.yield
}

// -----

tile.kernel @slot_c1(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.slot' op expects a slot of '!tile.slots<1, tensor<8x8xf32>>', but got '!tile.slot<fill, tensor<8x4xf32>>'}}
  %g = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x4xf32>>
  tile.yield
}

// -----

tile.kernel @barriers_c2(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.barriers' op expects one arrival or more, but got 0}}
  %b = tile.barriers {arrivals = 0 : i64} : !tile.barriers<1>
  tile.yield
}

// -----

tile.kernel @barriers_c3(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.barriers' op expects an offset that is not negative, but got -1}}
  %b = tile.barriers {arrivals = 1 : i64, offset = -1 : i64} : !tile.barriers<1>
  tile.yield
}

// -----

tile.kernel @barriers_c1(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{expects from 1 to 1024 barriers, but got 0}}
  %b = tile.barriers {arrivals = 1 : i64} : !tile.barriers<0>
  tile.yield
}

// -----

tile.kernel @slots_c1(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{expects from 1 to 1024 slots, but got 0}}
  %m = tile.slots : !tile.slots<0, tensor<8x8xf32>>
  tile.yield
}

// -----

tile.kernel @arrive_c1(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.arrive' op expects one arrival or more, but got 0}}
  tile.arrive %c[%s] {count = 0 : i64} : !tile.barriers<1>
  tile.yield
}

// -----

tile.kernel @arrive_c2(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.arrive' op expects bytes that are not negative, but got -4}}
  tile.arrive %c[%s] {bytes = -4 : i64} : !tile.barriers<1>
  tile.yield
}

// -----

tile.kernel @copy_c3(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.copy' op expects to signal a barrier, since its slot is of no ring}}
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<8x8xf32>>, memref<?x8xf32>
  tile.yield
}

// -----

tile.kernel @copy_c4(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.copy' op expects bytes that are not negative, but got -1}}
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] signals %c[%s] {bytes = -1 : i64} : !tile.slot<fill, tensor<8x8xf32>>, memref<?x8xf32>, !tile.barriers<1>
  tile.yield
}

// -----

tile.kernel @commit_c2(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.commit' op expects a slot of a ring, but got one that barriers guard}}
  tile.commit %f : !tile.slot<fill, tensor<8x8xf32>>
  tile.yield
}

// -----

tile.kernel @blocks_c1(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.blocks' op expects to be in a kernel that is persistent}}
  %p, %q = tile.blocks : i32, i32
  tile.yield
}

// -----

tile.kernel @extents_c1(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.extents' op expects to be in a kernel that is persistent}}
  %p, %q, %r = tile.extents : i32, i32, i32
  tile.yield
}

// -----

tile.kernel @clear_c1(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>, tensor<8x8xf32>>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>, tensor<8x8xf32>> -> !tile.slot<fill, tensor<8x8xf32>, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.clear' op expects a slot of one tile, but got one of 2}}
  tile.clear %f from %c0 : !tile.slot<fill, tensor<8x8xf32>, tensor<8x8xf32>>
  tile.yield
}

// -----

tile.kernel @release_c3(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %n = tile.slots : !tile.slots<1, tensor<8x8xf32>>
  %f = tile.slot %n[%s] : !tile.slots<1, tensor<8x8xf32>> -> !tile.slot<read, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.release' op expects a slot of a ring, but got one that barriers guard}}
  tile.release %f : !tile.slot<read, tensor<8x8xf32>>
  tile.yield
}

// -----

tile.kernel @copy_of_a_ring(%K: memref<?x8xf32>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>
  %r = tile.ring : !tile.ring<1, tensor<8x8xf32>>
  %f = tile.acquire %r : !tile.ring<1, tensor<8x8xf32>>
  // expected-error @+1 {{'tile.copy' op expects the slot's commit to end it, but it signals a barrier}}
  tile.copy %f, %K[%c0, %c0] dims = [0, 1] signals %c[%s] {bytes = 256 : i64} : !tile.slot<fill, tensor<8x8xf32>>, memref<?x8xf32>, !tile.barriers<1>
  tile.commit %f : !tile.slot<fill, tensor<8x8xf32>>
  %g = tile.wait %r : !tile.ring<1, tensor<8x8xf32>>
  tile.release %g : !tile.slot<read, tensor<8x8xf32>>
  tile.yield
}
