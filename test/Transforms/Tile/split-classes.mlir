// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-split-classes --canonicalize | FileCheck %s

!vector = memref<?xf32, strided<[1], offset: ?>>

// Partial entries come first, so the loop is cut at their number; what one half yields the other half starts from.
// CHECK-LABEL: tile.kernel @partial_blocks_first
// CHECK: %[[P:.*]], %[[N:.*]] = tile.length
// CHECK: %[[A:.*]] = scf.for %{{.*}} = %{{.*}} to %[[P]]
// CHECK-NOT: scf.if
// CHECK: arith.minimumf
// CHECK: %[[B:.*]] = scf.for %{{.*}} = %[[P]] to %[[N]] step %{{.*}} iter_args(%{{.*}} = %[[A]])
// CHECK-NOT: scf.if
// CHECK-NOT: arith.minimumf
// CHECK: tile.store %[[B]]
tile.kernel @partial_blocks_first(%x: !vector, %y: !vector, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<1x16xf32>
  %f = arith.floordivsi %n, %c16 : index
  %e = arith.ceildivsi %n, %c16 : index
  %list = tile.list (%c0, %f, full), (%f, %e, partial) : !tile.list<ranges>
  %np, %all = tile.length %list : !tile.list<ranges>
  %sum = scf.for %t = %c0 to %all step %c1 iter_args(%acc = %zero) -> tensor<1x16xf32> {
    %block, %partial = tile.entry %list, %t : !tile.list<ranges>
    %at = arith.muli %block, %c16 : index
    %a = tile.load %x[%at] dims = [-1, 0] : !vector -> tensor<1x16xf32>
    %b = scf.if %partial -> tensor<1x16xf32> {
      %m = arith.minimumf %a, %zero : tensor<1x16xf32>
      scf.yield %m : tensor<1x16xf32>
    } else {
      scf.yield %a : tensor<1x16xf32>
    }
    %next = arith.addf %acc, %b : tensor<1x16xf32>
    scf.yield %next : tensor<1x16xf32>
  }
  tile.store %sum, %y[%c0] dims = [-1, 0] : tensor<1x16xf32>, !vector
  tile.yield
}

// A loop that does not ask for the class stays whole.
// CHECK-LABEL: tile.kernel @class_unused
// CHECK-COUNT-1: scf.for
// CHECK-NOT: scf.for
// CHECK: tile.yield
tile.kernel @class_unused(%x: !vector, %y: !vector, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %list = tile.list (%c0, %n, partial) : !tile.list<ranges>
  %np, %all = tile.length %list : !tile.list<ranges>
  scf.for %t = %c0 to %all step %c1 {
    %block, %partial = tile.entry %list, %t : !tile.list<ranges>
    %a = tile.load %x[%block] dims = [-1, 0] : !vector -> tensor<1x16xf32>
    tile.store %a, %y[%block] dims = [-1, 0] : tensor<1x16xf32>, !vector
  }
  tile.yield
}

// A loop that starts later, as one that was turned by one does, starts its full blocks no earlier.
// CHECK-LABEL: tile.kernel @from_the_second
// CHECK: %[[P:.*]], %[[N:.*]] = tile.length
// CHECK: %[[A:.*]] = scf.for %{{.*}} = %c1{{.*}} to %[[P]]
// CHECK: %[[FROM:.*]] = arith.maxsi %[[P]], %c1
// CHECK: scf.for %{{.*}} = %[[FROM]] to %[[N]] step %{{.*}} iter_args(%{{.*}} = %[[A]])
tile.kernel @from_the_second(%x: !vector, %y: !vector, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<1x16xf32>
  %one = arith.constant dense<1.0> : tensor<1x16xf32>
  %f = arith.floordivsi %n, %c16 : index
  %e = arith.ceildivsi %n, %c16 : index
  %list = tile.list (%c0, %f, full), (%f, %e, partial) : !tile.list<ranges>
  %np, %all = tile.length %list : !tile.list<ranges>
  %sum = scf.for %t = %c1 to %all step %c1 iter_args(%acc = %zero) -> tensor<1x16xf32> {
    %block, %partial = tile.entry %list, %t : !tile.list<ranges>
    %next = scf.if %partial -> tensor<1x16xf32> {
      %less = arith.minimumf %acc, %one : tensor<1x16xf32>
      scf.yield %less : tensor<1x16xf32>
    } else {
      %more = arith.addf %acc, %one : tensor<1x16xf32>
      scf.yield %more : tensor<1x16xf32>
    }
    scf.yield %next : tensor<1x16xf32>
  }
  tile.store %sum, %y[%c0] dims = [-1, 0] : tensor<1x16xf32>, !vector
  tile.yield
}
