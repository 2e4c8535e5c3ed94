// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-version-rows 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-version-rows="sizes=2 most=12" 2>/dev/null | FileCheck %s --check-prefix=MOST
// RUN: attn-opt %s --tile-version-rows -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: remark: [tile-version-rows] sizes = 8, 4: as many of 16 rows

!plane = memref<?x64xf32, strided<[?, 1], offset: ?>>
!line = memref<?xf32, strided<[1], offset: ?>>

// The rows that either store writes decide: more than 8 run as written, up to 8 and up to 4 through tiles of that many.
// CHECK-LABEL: tile.kernel @heads
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: %[[END:.*]] = arith.addi
// CHECK-NOT: tile.load
// CHECK: %[[TO_END:.*]] = arith.subi %[[END]], %{{.*}} : index
// CHECK: %[[SIZE:.*]] = memref.dim %{{.*}}, %{{.*}} : memref<?xf32, strided<[1], offset: ?>>
// CHECK: %[[TO_SIZE:.*]] = arith.subi %[[SIZE]], %{{.*}} : index
// CHECK: %[[COUNT:.*]] = arith.maxsi %[[TO_END]], %[[TO_SIZE]]
// CHECK: %[[OVER8:.*]] = arith.cmpi sgt, %[[COUNT]], %c8
// CHECK: scf.if %[[OVER8]] {
// CHECK:   tile.load {{.*}} -> tensor<16x64xf32>
// CHECK:   scf.for {{.*}} -> (tensor<16x64xf32>)
// CHECK:     tile.load {{.*}} -> tensor<32x64xf32>
// CHECK: } else {
// CHECK:   %[[OVER4:.*]] = arith.cmpi sgt, %[[COUNT]], %c4
// CHECK:   scf.if %[[OVER4]] {
// CHECK:     arith.constant dense<0.000000e+00> : tensor<8x64xf32>
// CHECK:     tile.load {{.*}} -> tensor<8x64xf32>
// CHECK:     tile.load {{.*}} -> tensor<32x64xf32>
// CHECK:     tile.mma {{.*}} -> tensor<8x32xf32>
// CHECK:     tile.store {{.*}} : tensor<8x64xf32>
// CHECK:   } else {
// CHECK:     tile.mma {{.*}} -> tensor<4x32xf32>
// CHECK:     tile.store {{.*}} : tensor<4x1xf32>
// Programs of more rows than `most` stay as they are.
// MOST-LABEL: tile.kernel @heads
// MOST-NOT: scf.if
// MOST-LABEL: tile.kernel @all_stored
tile.kernel @heads(%q: !plane, %k: !plane, %o: !plane, %m: !line, %n: index, %group: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<16x64xf32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xf32>
  %end = arith.addi %i, %group : index
  %sum = scf.for %t = %c0 to %n step %c32 iter_args(%acc = %zero) -> tensor<16x64xf32> {
    %kt = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<32x64xf32>
    %s = tile.mma %qt, %kt {transB} : tensor<16x64xf32>, tensor<32x64xf32> -> tensor<16x32xf32>
    %next = tile.mma %s, %kt, %acc : tensor<16x32xf32>, tensor<32x64xf32>, tensor<16x64xf32> -> tensor<16x64xf32>
    scf.yield %next : tensor<16x64xf32>
  }
  tile.store %sum, %o[%i, %c0] dims = [0, 1] bounds(%end, %c64) : tensor<16x64xf32>, !plane
  %most = tile.reduce max %sum dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
  tile.store %most, %m[%i] dims = [0, -1] : tensor<16x1xf32>, !line
  tile.yield
}

// A store that scatters its rows writes every one, and a load that a store comes before does not move past it.
// CHECK-LABEL: tile.kernel @all_stored
// CHECK-NOT: scf.if
// CHECK-LABEL: tile.kernel @ordered
// CHECK-NOT: scf.if
// CHECK-LABEL: tile.kernel @ordered_behind_rows
// CHECK-NOT: scf.if
tile.kernel @all_stored(%q: !plane, %k: !plane, %o: !line)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xf32>
  %b = tile.load %k[%i, %c0] dims = [0, 1] : !plane -> tensor<1x64xf32>
  %s = tile.mma %a, %b {transB} : tensor<16x64xf32>, tensor<1x64xf32> -> tensor<16x1xf32>
  %at = tile.iota %i dim 0 : tensor<16x1xi32>
  tile.store %s, %o[%c0] dims = [-1, -1] index [0](%at : tensor<16x1xi32>) : tensor<16x1xf32>, !line
  tile.yield
}
tile.kernel @ordered(%q: !plane, %k: !plane, %o: !plane, %ends: memref<?xindex>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xf32>
  %b = tile.load %k[%i, %c0] dims = [0, 1] : !plane -> tensor<64x64xf32>
  tile.store %b, %q[%i, %c0] dims = [0, 1] : tensor<64x64xf32>, !plane
  %end = memref.load %ends[%i] : memref<?xindex>
  %s = tile.mma %a, %b {transB} : tensor<16x64xf32>, tensor<64x64xf32> -> tensor<16x64xf32>
  tile.store %s, %o[%i, %c0] dims = [0, 1] bounds(%end, %c64) : tensor<16x64xf32>, !plane
  tile.yield
}
tile.kernel @ordered_behind_rows(%q: !plane, %k: !plane, %o: !plane, %ends: memref<?xindex>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xf32>
  tile.store %a, %k[%i, %c0] dims = [0, 1] bounds(%j, %c64) : tensor<16x64xf32>, !plane
  %b = tile.load %k[%i, %c0] dims = [0, 1] : !plane -> tensor<64x64xf32>
  %end = memref.load %ends[%i] : memref<?xindex>
  %s = tile.mma %a, %b {transB} : tensor<16x64xf32>, tensor<64x64xf32> -> tensor<16x64xf32>
  tile.store %s, %o[%i, %c0] dims = [0, 1] bounds(%end, %c64) : tensor<16x64xf32>, !plane
  tile.yield
}
