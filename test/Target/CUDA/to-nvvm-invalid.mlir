// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-to-nvvm --split-input-file --verify-diagnostics

tile.kernel @product_without_instruction(%x: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  // expected-error@+1 {{expects a product with its instruction; run --cuda-select-instructions before}}
  %s = tile.mma %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  tile.yield
}

// -----

tile.kernel @begun_without_instruction(%x: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  // expected-error@+1 {{expects a product with its instruction; run --cuda-select-instructions before}}
  %p = tile.issue %a, %a : tensor<64x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<64x64xf32>>
  %s = tile.await %p : !tile.pending<tensor<64x64xf32>> -> tensor<64x64xf32>
  tile.yield
}

// -----

tile.kernel @product_that_is_not_begun(%x: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  // expected-error@+1 {{expects a product that is begun, as #cuda.wgmma<m64n64k16, bf16> needs; run --tile-issue-products before}}
  %s = tile.mma %a, %a by(#cuda.wgmma<m64n64k16, bf16>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  tile.yield
}

// -----

tile.kernel @unknown_tile_op(%x: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<4x64xf32>
  // expected-error@+1 {{expects an op that this target lowers, but got 'tensor.concat'}}
  %b = tensor.concat dim(0) %a, %a : (tensor<4x64xf32>, tensor<4x64xf32>) -> tensor<8x64xf32>
  tile.store %b, %x[%i, %c0] dims = [0, 1] : tensor<8x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

tile.kernel @sixteen_teams()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  // expected-error@+1 {{expects at most 15 teams, which have a barrier each, but got 16}}
  tile.roles
  role @math warps = 1 teams = 16 (%t) {
    tile.yield
  }
  tile.yield
}

// -----

// expected-error@+1 {{expects a persistent kernel to go through programs; run --tile-persist before}}
tile.kernel @not_in_turn() attributes {persistent = true}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}

// -----

// expected-error@+1 {{expects 'descriptors' to be a list, but got 3 : i64}}
tile.kernel @number_of_descriptors(%K: memref<?x64xbf16>) attributes {descriptors = 3}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}

// -----

// expected-error@+1 {{expects 'descriptors' to be tensor maps {argument, dims, box, swizzle, element} of arguments, of up to 5 dims and boxes of up to 256, but got {argument = 0 : i64, box = array<i64: 64, 0>}}
tile.kernel @empty_box(%K: memref<?x64xbf16>)
attributes {descriptors = [{argument = 0, dims = array<i64: 1, 0>, box = array<i64: 64, 0>, swizzle = 128, element = "bf16"}]}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}

// -----

// expected-error@+1 {{expects 'descriptors' to be tensor maps}}
tile.kernel @dim_beyond_rank(%K: memref<?x64xbf16>)
attributes {descriptors = [{argument = 0, dims = array<i64: 1, 2>, box = array<i64: 64, 8>, swizzle = 128, element = "bf16"}]}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}

// -----

// expected-error@+1 {{expects 'descriptors' to be tensor maps}}
tile.kernel @map_of_a_number(%n: index)
attributes {descriptors = [{argument = 0, dims = array<i64: 0>, box = array<i64: 64>, swizzle = 128, element = "bf16"}]}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  tile.yield
}

// -----

tile.kernel @map_of_another_argument(%K: memref<?x64xbf16>, %V: memref<?x64xbf16>, %s: i32)
attributes {descriptors = [{argument = 0, dims = array<i64: 1, 0>, box = array<i64: 64, 16>, swizzle = 128, element = "bf16"}]}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %memory = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>], offset = 0} : !tile.slots<1, tensor<16x64xbf16>>
  %full = tile.barriers {arrivals = 1, offset = 4096} : !tile.barriers<1>
  %slot = tile.slot %memory[%s] : !tile.slots<1, tensor<16x64xbf16>> -> !tile.slot<fill, tensor<16x64xbf16>>
  // expected-error@+1 {{expects a tensor map of what is copied, but got one of argument 0}}
  tile.copy %slot, %V[%i, %c0] dims = [0, 1] signals %full[%s] {descriptor = 0, bytes = 2048} : !tile.slot<fill, tensor<16x64xbf16>>, memref<?x64xbf16>, !tile.barriers<1>
  tile.yield
}

// -----

tile.kernel @tile_that_no_thread_holds(%x: memref<?x4096xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{expects tiles of which a thread holds at most 2048 elements, but got 'tensor<4096x4096xf32>' for 8 warps}}
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x4096xf32> -> tensor<4096x4096xf32>
  tile.store %a, %x[%i, %c0] dims = [0, 1] : tensor<4096x4096xf32>, memref<?x4096xf32>
  tile.yield
}

// -----

tile.kernel @tile_longer_than_any(%x: memref<?x?xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{expects tiles of which a thread holds at most 2048 elements, but got 'tensor<1x9223372036854775807xf32>' for 1 warps}}
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x?xf32> -> tensor<1x9223372036854775807xf32>
  tile.yield
}

// -----

// What nothing orders: a role that reads what another writes, teams beside each other, the copy engine.
tile.kernel @roles_beside_each_other(%X: memref<64x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  tile.roles
  role @writes warps = 4 (%t) {
    %one = arith.constant dense<1.0> : tensor<16x16xf32>
    // expected-note@+1 {{it is written here}}
    tile.store %one, %X[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, memref<64x64xf32>
    tile.yield
  }
  role @reads warps = 4 (%t) {
    // expected-error@+1 {{expects memory that the program writes to be used by the team that writes it, without bulk copies, but 'tile.load' uses it elsewhere; take the value form}}
    %b = tile.load %X[%c0, %c0] dims = [0, 1] : memref<64x64xf32> -> tensor<16x16xf32>
    tile.yield
  }
  tile.yield
}

// -----

tile.kernel @teams_beside_each_other(%X: memref<64x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  tile.roles
  role @all warps = 4 teams = 2 (%t) {
    %one = arith.constant dense<1.0> : tensor<16x16xf32>
    // expected-note@+1 {{it is written here}}
    tile.store %one, %X[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, memref<64x64xf32>
    // expected-error@+1 {{but 'tile.load' uses it elsewhere}}
    %b = tile.load %X[%c0, %c0] dims = [0, 1] : memref<64x64xf32> -> tensor<16x16xf32>
    tile.yield
  }
  tile.yield
}

// -----

tile.kernel @copies_of_what_is_written(%K: memref<?x64xbf16>, %s: i32)
attributes {descriptors = [{argument = 0, dims = array<i64: 1, 0>, box = array<i64: 64, 16>, swizzle = 128, element = "bf16"}]}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %one = arith.constant dense<1.0> : tensor<16x64xbf16>
  // expected-note@+1 {{it is written here}}
  tile.store %one, %K[%c0, %c0] dims = [0, 1] : tensor<16x64xbf16>, memref<?x64xbf16>
  %memory = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>], offset = 0} : !tile.slots<1, tensor<16x64xbf16>>
  %full = tile.barriers {arrivals = 1, offset = 4096} : !tile.barriers<1>
  %slot = tile.slot %memory[%s] : !tile.slots<1, tensor<16x64xbf16>> -> !tile.slot<fill, tensor<16x64xbf16>>
  // expected-error@+1 {{but 'tile.copy' uses it elsewhere}}
  tile.copy %slot, %K[%i, %c0] dims = [0, 1] signals %full[%s] {descriptor = 0, bytes = 2048} : !tile.slot<fill, tensor<16x64xbf16>>, memref<?x64xbf16>, !tile.barriers<1>
  tile.yield
}

// -----

tile.kernel @ring(%K: memref<?x64xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  // expected-error@+1 {{expects slots and barriers, but got a ring; run --cuda-materialise-sync before}}
  %ring = tile.ring : !tile.ring<2, tensor<16x64xbf16>>
  %a = arith.constant dense<1.0> : tensor<16x64xbf16>
  %f = tile.acquire %ring : !tile.ring<2, tensor<16x64xbf16>>
  tile.put %a, %f : tensor<16x64xbf16>, !tile.slot<fill, tensor<16x64xbf16>>
  tile.commit %f : !tile.slot<fill, tensor<16x64xbf16>>
  %r = tile.wait %ring : !tile.ring<2, tensor<16x64xbf16>>
  tile.release %r : !tile.slot<read, tensor<16x64xbf16>>
  tile.yield
}

// -----

tile.kernel @no_layout()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  // expected-error@+1 {{expects a layout of its tiles; run --cuda-assign-layouts before}}
  %memory = tile.slots {offset = 0} : !tile.slots<1, tensor<16x64xbf16>>
  tile.yield
}

// -----

tile.kernel @no_map(%O: memref<?x64xbf16>, %s: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %memory = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>], offset = 0} : !tile.slots<1, tensor<16x64xbf16>>
  %slot = tile.slot %memory[%s] : !tile.slots<1, tensor<16x64xbf16>> -> !tile.slot<read, tensor<16x64xbf16>>
  // expected-error@+1 {{expects a copy with a tensor map; run --cuda-form-descriptors before}}
  %p = tile.copy_out %slot, %O[%i, %c0] dims = [0, 1] : !tile.slot<read, tensor<16x64xbf16>>, memref<?x64xbf16> -> !tile.pending
  tile.await %p : !tile.pending
  tile.yield
}
