// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-prefetch 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-prefetch=rows=2 2>/dev/null | FileCheck %s --check-prefix=FEW
// RUN: attn-opt %s --tile-prefetch -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: remark: [tile-prefetch] tiles = 2: products of few rows

!queries = memref<?x128xf32, strided<[?, 1], offset: ?>>
!cache = memref<?x64x128xi8, strided<[?, ?, 1], offset: ?>>
!plane = memref<?x128xf32, strided<[?, 1], offset: ?>>

// The next page is found by the same table, if there is a next one; each of its rows of 128 bytes is two lines, and a row
// of 128 floats is eight. A tile that every iteration reads is not asked for again.
// CHECK-LABEL: tile.kernel @pages
// CHECK: scf.for %[[T:.*]] = %{{.*}} to %[[N:.*]] step %[[STEP:.*]] iter_args
// CHECK:   %[[NEXT:.*]] = arith.addi %[[T]], %[[STEP]]
// CHECK:   %[[MORE:.*]] = arith.cmpi slt, %[[NEXT]], %[[N]]
// CHECK:   scf.if %[[MORE]] {
// CHECK:     %[[NUMBER:.*]] = memref.load %{{.*}}[%[[NEXT]]]
// CHECK:     %[[PAGE:.*]] = arith.index_cast %[[NUMBER]]
// CHECK:     %[[FIRST:.*]] = arith.muli %[[NEXT]], %{{.*}}
// CHECK:     scf.for %[[R:.*]] = %c0{{.*}} to %c64
// CHECK-COUNT-2: memref.prefetch %{{.*}}[%[[PAGE]], %{{.*}}, %{{.*}}], read, locality<2>, data : memref<?x64x128xi8
// CHECK:     scf.for
// CHECK-COUNT-8: memref.prefetch %{{.*}}, read, locality<2>, data : memref<?x128xf32
// CHECK-NOT: memref.prefetch
// CHECK:   }
// Products of more rows use what they read often enough.
// FEW-LABEL: tile.kernel @pages
// FEW-NOT: memref.prefetch
tile.kernel @pages(%q: !queries, %k: !cache, %v: !plane, %w: !plane, %table: memref<?xi32>, %o: !queries, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<4x128xf32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !queries -> tensor<4x128xf32>
  %sum = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %zero) -> tensor<4x128xf32> {
    %number = memref.load %table[%t] : memref<?xi32>
    %page = arith.index_cast %number : i32 to index
    %first = arith.muli %t, %c64 : index
    %k8 = tile.load %k[%page, %c0, %c0] dims = [1, 2] : !cache -> tensor<64x128xi8>
    %vt = tile.load %v[%first, %c0] dims = [0, 1] : !plane -> tensor<64x128xf32>
    %kt = arith.sitofp %k8 : tensor<64x128xi8> to tensor<64x128xf32>
    %s = tile.mma %qt, %kt {transB} : tensor<4x128xf32>, tensor<64x128xf32> -> tensor<4x64xf32>
    %next = tile.mma %s, %vt, %acc : tensor<4x64xf32>, tensor<64x128xf32>, tensor<4x128xf32> -> tensor<4x128xf32>
    scf.yield %next : tensor<4x128xf32>
  }
  tile.store %sum, %o[%i, %c0] dims = [0, 1] : tensor<4x128xf32>, !queries
  tile.yield
}

// Where a place depends on what the loop carries, the next one is not known.
// CHECK-LABEL: tile.kernel @chained
// CHECK-NOT: memref.prefetch
tile.kernel @chained(%q: !queries, %k: !plane, %next: memref<?xindex>, %o: !queries, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<4x64xf32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !queries -> tensor<4x128xf32>
  %last, %sum = scf.for %t = %c0 to %n step %c1 iter_args(%at = %c0, %acc = %zero) -> (index, tensor<4x64xf32>) {
    %kt = tile.load %k[%at, %c0] dims = [0, 1] : !plane -> tensor<64x128xf32>
    %s = tile.mma %qt, %kt, %acc {transB} : tensor<4x128xf32>, tensor<64x128xf32>, tensor<4x64xf32> -> tensor<4x64xf32>
    %to = memref.load %next[%at] : memref<?xindex>
    scf.yield %to, %s : index, tensor<4x64xf32>
  }
  tile.store %sum, %o[%i, %c0] dims = [0, 1] : tensor<4x64xf32>, !queries
  tile.yield
}
