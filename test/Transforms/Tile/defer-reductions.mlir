// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-defer-reductions --canonicalize 2>&1 | FileCheck %s
// RUN: attn-opt %s --tile-defer-reductions=width=24 2>/dev/null | FileCheck %s --check-prefix=UNEVEN

!plane = memref<?x32xf32, strided<[?, 1], offset: ?>>
!rows = memref<?xf32, strided<[1], offset: ?>>

// The running sum is carried as eight sums a row, each of every eighth column, and added up once.
// CHECK: remark: [tile-defer-reductions] width = 8: a sum of rows is carried in parts
// CHECK-LABEL: tile.kernel @decaying
// CHECK: %[[L:.*]] = scf.for {{.*}} iter_args(%[[OLD:.*]] = %{{.*}}) -> (tensor<16x8xf32>)
// CHECK:   %[[X:.*]] = tile.load
// CHECK-DAG: %[[D:.*]] = tile.broadcast %{{.*}} : tensor<16x1xf32> -> tensor<16x8xf32>
// CHECK-DAG: %[[KEPT:.*]] = arith.mulf %[[OLD]], %[[D]]
// CHECK-DAG: tensor.extract_slice %[[X]][0, 0] [16, 8]
// CHECK-DAG: tensor.extract_slice %[[X]][0, 24] [16, 8]
// CHECK:   %[[NEXT:.*]] = arith.addf %[[KEPT]], %{{.*}} : tensor<16x8xf32>
// CHECK-NOT: tile.reduce
// CHECK:   scf.yield %[[NEXT]]
// CHECK: tile.reduce add %[[L]] dim 1 : tensor<16x8xf32> -> tensor<16x1xf32>
// Columns that the width does not divide stay as they are.
// UNEVEN-LABEL: tile.kernel @decaying
// UNEVEN: scf.for {{.*}} -> (tensor<16x1xf32>)
tile.kernel @decaying(%x: !plane, %decays: !rows, %o: !rows, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<16x1xf32>
  %l = scf.for %t = %c0 to %n step %c16 iter_args(%old = %zero) -> tensor<16x1xf32> {
    %a = tile.load %x[%t, %c0] dims = [0, 1] : !plane -> tensor<16x32xf32>
    %decay = tile.load %decays[%t] dims = [0, -1] : !rows -> tensor<16x1xf32>
    %kept = arith.mulf %old, %decay : tensor<16x1xf32>
    %sum = tile.reduce add %a dim 1 : tensor<16x32xf32> -> tensor<16x1xf32>
    %new = arith.addf %kept, %sum : tensor<16x1xf32>
    scf.yield %new : tensor<16x1xf32>
  }
  tile.store %l, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  tile.yield
}

// A sum that an iteration reads, one that starts elsewhere and a maximum are not.
// CHECK-LABEL: tile.kernel @stays
// CHECK: scf.for {{.*}} -> (tensor<16x1xf32>, tensor<16x1xf32>, tensor<16x1xf32>)
tile.kernel @stays(%x: !plane, %o: !rows, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant dense<0.0> : tensor<16x1xf32>
  %one = arith.constant dense<1.0> : tensor<16x1xf32>
  %a0, %b0, %m0 = scf.for %t = %c0 to %n step %c16 iter_args(%a = %zero, %b = %one, %m = %zero)
      -> (tensor<16x1xf32>, tensor<16x1xf32>, tensor<16x1xf32>) {
    %tile = tile.load %x[%t, %c0] dims = [0, 1] : !plane -> tensor<16x32xf32>
    %sum = tile.reduce add %tile dim 1 : tensor<16x32xf32> -> tensor<16x1xf32>
    %a1 = arith.addf %a, %sum : tensor<16x1xf32>
    tile.store %a1, %o[%t] dims = [0, -1] : tensor<16x1xf32>, !rows
    %again = tile.reduce add %tile dim 1 : tensor<16x32xf32> -> tensor<16x1xf32>
    %b1 = arith.addf %b, %again : tensor<16x1xf32>
    %most = tile.reduce max %tile dim 1 : tensor<16x32xf32> -> tensor<16x1xf32>
    %m1 = arith.maximumf %m, %most : tensor<16x1xf32>
    scf.yield %a1, %b1, %m1 : tensor<16x1xf32>, tensor<16x1xf32>, tensor<16x1xf32>
  }
  tile.store %a0, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  tile.store %b0, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  tile.store %m0, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  tile.yield
}
