// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-lower-epilogue=shared=65536 --split-input-file 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: attn-opt %s --tile-lower-epilogue="least=64" --split-input-file 2>/dev/null | FileCheck %s --check-prefix=LEAST

!plane = memref<?x?x64xbf16>
!tile = tensor<128x64xbf16>

// A tile that a role stores at its end leaves through a slot.
// REMARK: remark: [tile-lower-epilogue] epilogue = copy: rows leave whole, from a slot of 16384 bytes
// CHECK-LABEL: tile.kernel @copied
// CHECK: %[[R:.*]] = tile.ring : !tile.ring<1, tensor<128x64xbf16>>
// CHECK-NEXT: tile.roles
// CHECK: role @math
// CHECK: %[[F:.*]] = tile.acquire %[[R]]
// CHECK-NEXT: tile.put %{{.*}}, %[[F]]
// CHECK-NEXT: tile.commit %[[F]]
// CHECK-NEXT: %[[S:.*]] = tile.wait %[[R]]
// CHECK-NEXT: %[[P:.*]] = tile.copy_out %[[S]], %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}] dims = [1, 2] :
// CHECK-NEXT: tile.await %[[P]]
// CHECK-NEXT: tile.release %[[S]]
// CHECK-NOT: tile.store
tile.kernel @copied(%O: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  tile.roles
  role @load warps = 1 (%t) {
    tile.yield
  }
  role @math (%t) {
    %o = arith.constant dense<1.0> : !tile
    tile.store %o, %O[%x, %y, %c0] dims = [1, 2] : !tile, !plane
    tile.yield
  }
  tile.yield
}

// -----

// Few rows stay with the threads, unless it is pinned; so does what the rings leave no room for.
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: 64 rows are fewer than 128
// REMARK: remark: [tile-lower-epilogue] epilogue = copy: rows leave whole, from a slot of 8192 bytes
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: with its slot rings would take 73728 bytes, of 65536
// CHECK-LABEL: tile.kernel @not_worth
// CHECK: role @math
// CHECK: tile.store {{.*}} {epilogue = #tile.epilogue<threads>} : tensor<64x64xbf16>
// CHECK: tile.copy_out {{.*}} : !tile.slot<read, tensor<64x64xbf16>>
// CHECK: tile.store {{.*}} {epilogue = #tile.epilogue<threads>} : tensor<128x256xbf16>
// CHECK: tile.store {{.*}} {epilogue = #tile.epilogue<threads>} : tensor<128x16xbf16>
// LEAST-LABEL: tile.kernel @not_worth
// LEAST: role @math
// LEAST: tile.copy_out {{.*}} : !tile.slot<read, tensor<64x64xbf16>>
// LEAST: tile.copy_out {{.*}} : !tile.slot<read, tensor<64x64xbf16>>
// LEAST: tile.copy_out {{.*}} : !tile.slot<read, tensor<128x256xbf16>>
// LEAST: tile.store
tile.kernel @not_worth(%A: memref<?x64xbf16>, %B: memref<?x64xbf16>, %C: memref<?x256xbf16>, %D: memref<?x16xbf16>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  tile.roles
  role @load warps = 1 (%t) {
    tile.yield
  }
  role @math (%t) {
    %few = arith.constant dense<1.0> : tensor<64x64xbf16>
    tile.store %few, %A[%x, %c0] dims = [0, 1] : tensor<64x64xbf16>, memref<?x64xbf16>
    tile.store %few, %B[%x, %c0] dims = [0, 1] {epilogue = #tile.epilogue<copy>} : tensor<64x64xbf16>, memref<?x64xbf16>
    %large = arith.constant dense<1.0> : tensor<128x256xbf16>
    tile.store %large, %C[%x, %c0] dims = [0, 1] : tensor<128x256xbf16>, memref<?x256xbf16>
    %pinned = arith.constant dense<1.0> : tensor<128x16xbf16>
    tile.store %pinned, %D[%x, %c0] dims = [0, 1] {epilogue = #tile.epilogue<threads>} : tensor<128x16xbf16>, memref<?x16xbf16>
    tile.yield
  }
  tile.yield
}

// -----

// What a copy cannot do is no decision, so nothing is recorded.
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: its elements have no 16 bits
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: it may end before the memory does
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: its rows do not lie whole in memory
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: elements are chosen one by one
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: the program uses the memory elsewhere
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: the memory is no argument
// REMARK: remark: [tile-lower-epilogue] epilogue = threads: it is stored in a loop or branch
// REMARK-NOT: remark
// CHECK-LABEL: tile.kernel @impossible
// CHECK-NOT: epilogue
// CHECK-NOT: tile.copy_out
tile.kernel @impossible(%A: memref<?x64xf32>, %B: memref<?x64xbf16>, %C: memref<64x?xbf16>, %D: memref<?x64xbf16>,
                        %E: memref<?x64xbf16>, %F: memref<128x64xbf16>, %G: memref<?x64xbf16>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  tile.roles
  role @load warps = 1 (%t) {
    tile.yield
  }
  role @math (%t) {
    %wide = arith.constant dense<1.0> : tensor<128x64xf32>
    %o = arith.constant dense<1.0> : tensor<128x64xbf16>
    tile.store %wide, %A[%x, %c0] dims = [0, 1] : tensor<128x64xf32>, memref<?x64xf32>
    tile.store %o, %B[%x, %c0] dims = [0, 1] bounds(%n, %c64) : tensor<128x64xbf16>, memref<?x64xbf16>
    tile.store %o, %C[%c0, %x] dims = [1, 0] : tensor<128x64xbf16>, memref<64x?xbf16>
    %in = arith.constant dense<true> : tensor<128x64xi1>
    tile.store %o, %D[%x, %c0] dims = [0, 1] mask(%in : tensor<128x64xi1>) : tensor<128x64xbf16>, memref<?x64xbf16>
    %before = tile.load %E[%x, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<128x64xbf16>
    tile.store %before, %E[%y, %c0] dims = [0, 1] : tensor<128x64xbf16>, memref<?x64xbf16>
    %cast = memref.cast %F : memref<128x64xbf16> to memref<?x64xbf16>
    tile.store %o, %cast[%x, %c0] dims = [0, 1] : tensor<128x64xbf16>, memref<?x64xbf16>
    scf.for %i = %c0 to %n step %c1 {
      tile.store %o, %G[%i, %c0] dims = [0, 1] : tensor<128x64xbf16>, memref<?x64xbf16>
    }
    tile.yield
  }
  tile.yield
}
