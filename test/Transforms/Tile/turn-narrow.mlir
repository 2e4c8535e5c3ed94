// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-turn-narrow 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-turn-narrow=columns=4 2>/dev/null | FileCheck %s --check-prefix=WIDE
// RUN: attn-opt %s --tile-turn-narrow -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: remark: [tile-turn-narrow] turned = {{[0-9]+}} tiles: products have fewer columns than rows

!plane = memref<?x?xf32, strided<[?, 1], offset: ?>>
!across = memref<?x?xf32, strided<[1, ?], offset: ?>>
!line = memref<?xf32, strided<[1], offset: ?>>

// Keys as rows become keys as columns: the products swap their operands, which stay as they are in memory; everything
// between them is turned, what the loop carries too; a store that swapped its dims no longer does.
// CHECK-LABEL: tile.kernel @keys_as_rows
// CHECK: %[[NONE:.*]] = arith.constant dense<0.000000e+00> : tensor<8x32xf32>
// CHECK: %[[Q:.*]] = tile.load %{{.*}} dims = [0, 1] {{.*}} -> tensor<8x16xf32>
// CHECK: scf.for {{.*}} iter_args(%[[ACC:.*]] = %[[NONE]]) -> (tensor<8x32xf32>)
// CHECK:   %[[K:.*]] = tile.load %{{.*}} dims = [0, 1] {{.*}} -> tensor<64x16xf32>
// CHECK:   %[[V:.*]] = tile.load %{{.*}} dims = [0, 1] {{.*}} -> tensor<64x32xf32>
// CHECK:   %[[SCALE:.*]] = tile.load %{{.*}} dims = [-1, 0] bounds(%{{.*}}) : {{.*}} -> tensor<1x64xf32>
// CHECK:   %[[S:.*]] = tile.mma %[[Q]], %[[K]] {transB} : tensor<8x16xf32>, tensor<64x16xf32> -> tensor<8x64xf32>
// CHECK:   tile.iota %{{.*}} dim 1 : tensor<1x64xi32>
// CHECK:   %[[FAR:.*]] = arith.mulf %[[SCALE]]
// CHECK:   %[[SPREAD:.*]] = tile.broadcast %[[FAR]] : tensor<1x64xf32> -> tensor<8x64xf32>
// CHECK:   %[[P:.*]] = arith.mulf %[[S]], %[[SPREAD]] : tensor<8x64xf32>
// CHECK:   tile.mma %[[P]], %[[V]], %[[ACC]] : tensor<8x64xf32>, tensor<64x32xf32>, tensor<8x32xf32> -> tensor<8x32xf32>
// CHECK:   tile.reduce max %[[P]] dim 1 : tensor<8x64xf32> -> tensor<8x1xf32>
// CHECK: tile.store %{{.*}} dims = [0, 1] bounds(%[[M:.*]], %[[D:.*]]) : tensor<8x32xf32>
// WIDE-LABEL: tile.kernel @keys_as_rows
// WIDE: tile.mma {{.*}} -> tensor<64x8xf32>
tile.kernel @keys_as_rows(%q: !plane, %k: !plane, %v: !plane, %scales: !line, %o: !plane, %m: !line, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<32x8xf32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<8x16xf32>
  %sum = scf.for %t = %c0 to %n step %c64 iter_args(%acc = %zero) -> tensor<32x8xf32> {
    %kt = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<64x16xf32>
    %vt = tile.load %v[%t, %c0] dims = [0, 1] : !plane -> tensor<64x32xf32>
    %scale = tile.load %scales[%t] dims = [0, -1] bounds(%n) : !line -> tensor<64x1xf32>
    %s = tile.mma %kt, %qt {transB} : tensor<64x16xf32>, tensor<8x16xf32> -> tensor<64x8xf32>
    %at = tile.iota %t dim 0 : tensor<64x1xi32>
    %atf = arith.sitofp %at : tensor<64x1xi32> to tensor<64x1xf32>
    %far = arith.mulf %scale, %atf : tensor<64x1xf32>
    %spread = tile.broadcast %far : tensor<64x1xf32> -> tensor<64x8xf32>
    %p = arith.mulf %s, %spread : tensor<64x8xf32>
    %next = tile.mma %vt, %p, %acc {transA} : tensor<64x32xf32>, tensor<64x8xf32>, tensor<32x8xf32> -> tensor<32x8xf32>
    %most = tile.reduce max %p dim 0 : tensor<64x8xf32> -> tensor<1x8xf32>
    tile.store %most, %m[%i] dims = [-1, 0] : tensor<1x8xf32>, !line
    scf.yield %next : tensor<32x8xf32>
  }
  tile.store %sum, %o[%i, %c0] dims = [1, 0] bounds(%c32, %n) : tensor<32x8xf32>, !plane
  tile.yield
}

// Already wide, or tied to a tile that memory holds row by row, or to an op that has no other side, or
// fed on the left by another product: nothing turns.
// CHECK-LABEL: tile.kernel @stays
// CHECK: tile.mma {{.*}} -> tensor<8x64xf32>
// CHECK: tile.mma {{.*}} -> tensor<64x8xf32>
// CHECK: tile.load {{.*}} dims = [0, 1] {{.*}} -> tensor<64x8xf32>
// CHECK: tile.mma {{.*}} -> tensor<64x8xf32>
// CHECK: tensor.extract_slice
// CHECK: tile.mma {{.*}} -> tensor<8x4xf32>
// A tile that memory holds column by column is no hindrance.
// CHECK: tile.mma {{.*}} -> tensor<8x64xf32>
// CHECK: tile.load {{.*}} dims = [1, 0] {{.*}} -> tensor<8x64xf32>
tile.kernel @stays(%a: !plane, %b: !plane, %t: !across, %o: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %few = tile.load %a[%i, %c0] dims = [0, 1] : !plane -> tensor<8x16xf32>
  %many = tile.load %b[%i, %c0] dims = [0, 1] : !plane -> tensor<64x16xf32>
  %wide = tile.mma %few, %many {transB} : tensor<8x16xf32>, tensor<64x16xf32> -> tensor<8x64xf32>
  tile.store %wide, %o[%i, %c0] dims = [0, 1] : tensor<8x64xf32>, !plane
  %read = tile.mma %many, %few {transB} : tensor<64x16xf32>, tensor<8x16xf32> -> tensor<64x8xf32>
  %bias = tile.load %b[%i, %c0] dims = [0, 1] : !plane -> tensor<64x8xf32>
  %sum = arith.addf %read, %bias : tensor<64x8xf32>
  tile.store %sum, %o[%i, %c0] dims = [0, 1] : tensor<64x8xf32>, !plane
  %cut = tile.mma %many, %few {transB} : tensor<64x16xf32>, tensor<8x16xf32> -> tensor<64x8xf32>
  %slice = tensor.extract_slice %cut[0, 0] [32, 8] [1, 1] : tensor<64x8xf32> to tensor<32x8xf32>
  tile.store %slice, %o[%i, %c0] dims = [0, 1] : tensor<32x8xf32>, !plane
  %cell = tile.load %b[%i, %c0] dims = [0, 1] : !plane -> tensor<64x4xf32>
  %made = tile.mma %wide, %cell : tensor<8x64xf32>, tensor<64x4xf32> -> tensor<8x4xf32>
  tile.store %made, %o[%i, %c0] dims = [0, 1] : tensor<8x4xf32>, !plane
  %free = tile.mma %many, %few {transB} : tensor<64x16xf32>, tensor<8x16xf32> -> tensor<64x8xf32>
  %turned = tile.load %t[%i, %c0] dims = [0, 1] : !across -> tensor<64x8xf32>
  %both = arith.addf %free, %turned : tensor<64x8xf32>
  tile.store %both, %o[%c0, %i] dims = [1, 0] : tensor<64x8xf32>, !plane
  tile.yield
}
