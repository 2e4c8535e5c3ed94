// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-longest-first --canonicalize 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-longest-first --tile-longest-first --canonicalize 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-longest-first 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

!rows = memref<?xf32, strided<[1], offset: ?>>

// The list ends later for every program, so the last program goes first; once is enough.
// REMARK-COUNT-1: remark: [tile-longest-first] order = falling: lists of blocks grow along the grid
// REMARK-NOT: remark
// CHECK-LABEL: tile.kernel @growing
// CHECK: %[[SIZE:.*]] = memref.dim
// CHECK: body(%[[X:.*]], %{{.*}}, %{{.*}}) {
// CHECK: %[[ALL:.*]] = memref.dim
// CHECK: %[[LAST:.*]] = arith.subi %[[ALL]], %c1
// CHECK: %[[P:.*]] = arith.subi %[[LAST]], %[[X]]
// CHECK-NOT: arith.subi
// CHECK: %[[END:.*]] = arith.addi %[[P]], %c1
// CHECK: tile.list (%[[P]], %[[END]], partial), (%c0, %[[P]], full)
tile.kernel @growing(%x: !rows, %o: !rows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %o, %c0 : !rows
  tile.yield %n, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<1x1xf32>
  %end = arith.addi %i, %c1 : index
  %list = tile.list (%i, %end, partial), (%c0, %i, full) : !tile.list<ranges>
  %some, %all = tile.length %list : !tile.list<ranges>
  %sum = scf.for %t = %c0 to %all step %c1 iter_args(%acc = %zero) -> tensor<1x1xf32> {
    %block, %partial = tile.entry %list, %t : !tile.list<ranges>
    %a = tile.load %x[%block] dims = [0, -1] : !rows -> tensor<1x1xf32>
    %next = arith.addf %acc, %a : tensor<1x1xf32>
    scf.yield %next : tensor<1x1xf32>
  }
  tile.store %sum, %o[%i] dims = [0, -1] : tensor<1x1xf32>, !rows
  tile.yield
}

// Lists that are as long for every program, or that move along with it, change nothing; nor does a kernel whose order is
// pinned.
// CHECK-LABEL: tile.kernel @moving
// CHECK-NOT: arith.subi
// CHECK-LABEL: tile.kernel @pinned
// CHECK-NOT: arith.subi
tile.kernel @moving(%x: !rows, %o: !rows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %o, %c0 : !rows
  tile.yield %n, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c4 = arith.constant 4 : index
  %end = arith.addi %i, %c4 : index
  %list = tile.list (%i, %end, full) : !tile.list<ranges>
  %some, %all = tile.length %list : !tile.list<ranges>
  %cast = arith.index_cast %all : index to i32
  %value = arith.sitofp %cast : i32 to f32
  %tile = tensor.splat %value : tensor<1x1xf32>
  tile.store %tile, %o[%i] dims = [0, -1] : tensor<1x1xf32>, !rows
  tile.yield
}
tile.kernel @pinned(%x: !rows, %o: !rows) attributes {order = "rising"}
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %o, %c0 : !rows
  tile.yield %n, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %list = tile.list (%c0, %i, full) : !tile.list<ranges>
  %some, %all = tile.length %list : !tile.list<ranges>
  %cast = arith.index_cast %all : index to i32
  %value = arith.sitofp %cast : i32 to f32
  %tile = tensor.splat %value : tensor<1x1xf32>
  tile.store %tile, %o[%i] dims = [0, -1] : tensor<1x1xf32>, !rows
  tile.yield
}
