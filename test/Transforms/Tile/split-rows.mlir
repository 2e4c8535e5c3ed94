// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-split-rows | FileCheck %s
// RUN: attn-opt %s --tile-split-rows=strip=5 | FileCheck %s --check-prefix=WHOLE

!plane = memref<?x64xf32, strided<[?, 1], offset: ?>>

// Twelve rows run as two strips of six, inside the loop over blocks; the accumulator is carried in place.
// CHECK-LABEL: tile.kernel @rows_in_strips
// CHECK: %[[Q:.*]] = tile.load %{{.*}} -> tensor<12x64xf32>
// CHECK: scf.for {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}) -> (tensor<12x64xf32>)
// CHECK:   %[[K:.*]] = tile.load {{.*}} -> tensor<32x64xf32>
// CHECK:   %[[NEXT:.*]] = scf.for %[[R:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[IN:.*]] = %[[ACC]])
// CHECK:     %[[QS:.*]] = tensor.extract_slice %[[Q]][%[[R]], 0] [6, 64]
// CHECK:     %[[S:.*]] = tile.mma %[[QS]], %[[K]] {transB} {{.*}} -> tensor<6x32xf32>
// CHECK:     %[[P:.*]] = math.exp %[[S]]
// CHECK:     %[[OLD:.*]] = tensor.extract_slice %[[IN]][%[[R]], 0] [6, 64]
// CHECK:     %[[O:.*]] = tile.mma %[[P]], %[[K]], %[[OLD]]
// CHECK:     tensor.insert_slice %[[O]] into %[[IN]][%[[R]], 0] [6, 64]
// CHECK:   scf.yield %[[NEXT]]
// Positions of a strip start at its first row, and so does what it stores.
// CHECK: scf.for %[[R:.*]] =
// CHECK:   %[[AT:.*]] = arith.addi %{{.*}}, %[[R]]
// CHECK:   tile.iota %[[AT]] dim 0 : tensor<6x1xi32>
// CHECK:   %[[TO:.*]] = arith.addi %{{.*}}, %[[R]]
// CHECK:   tile.store %{{.*}}[%[[TO]], %{{.*}}] {{.*}} tensor<6x64xf32>

// A strip that does not divide the rows changes nothing.
// WHOLE-LABEL: tile.kernel @rows_in_strips
// WHOLE-NOT: tensor.extract_slice
// WHOLE-LABEL: tile.kernel @rows_summed
tile.kernel @rows_in_strips(%q: !plane, %k: !plane, %o: !plane, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<12x64xf32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<12x64xf32>
  %sum = scf.for %t = %c0 to %n step %c32 iter_args(%acc = %zero) -> tensor<12x64xf32> {
    %kt = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<32x64xf32>
    %s = tile.mma %qt, %kt {transB} : tensor<12x64xf32>, tensor<32x64xf32> -> tensor<12x32xf32>
    %p = math.exp %s : tensor<12x32xf32>
    %next = tile.mma %p, %kt, %acc : tensor<12x32xf32>, tensor<32x64xf32>, tensor<12x64xf32> -> tensor<12x64xf32>
    scf.yield %next : tensor<12x64xf32>
  }
  %row = tile.iota %i dim 0 : tensor<12x1xi32>
  %rowf = arith.sitofp %row : tensor<12x1xi32> to tensor<12x1xf32>
  %rows = tile.broadcast %rowf : tensor<12x1xf32> -> tensor<12x64xf32>
  %out = arith.addf %sum, %rows : tensor<12x64xf32>
  tile.store %out, %o[%i, %c0] dims = [0, 1] : tensor<12x64xf32>, !plane
  tile.yield
}

// Rows that are summed are not independent.
// CHECK-LABEL: tile.kernel @rows_summed
// CHECK-NOT: tensor.extract_slice
// CHECK: tile.reduce add {{.*}} dim 0 : tensor<12x32xf32>
tile.kernel @rows_summed(%q: !plane, %k: !plane, %o: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<12x64xf32>
  %kt = tile.load %k[%i, %c0] dims = [0, 1] : !plane -> tensor<32x64xf32>
  %s = tile.mma %qt, %kt {transB} : tensor<12x64xf32>, tensor<32x64xf32> -> tensor<12x32xf32>
  %c = tile.reduce add %s dim 0 : tensor<12x32xf32> -> tensor<1x32xf32>
  tile.store %c, %o[%i, %c0] dims = [0, 1] : tensor<1x32xf32>, !plane
  tile.yield
}

// What is loaded once for an inner loop stands behind the rows that it is loaded by.
// CHECK-LABEL: tile.kernel @gathered
// CHECK: %[[AT:.*]] = scf.for {{.*}} -> (tensor<12x1xi32>)
// CHECK: tile.load %{{.*}} index [0](%[[AT]] : tensor<12x1xi32>)
tile.kernel @gathered(%table: memref<?xf32, strided<[1], offset: ?>>, %q: !plane, %k: !plane, %o: !plane, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %zero = arith.constant dense<0.0> : tensor<12x64xf32>
  %most = arith.constant dense<7> : tensor<12x1xi32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<12x64xf32>
  %row = tile.iota %i dim 0 : tensor<12x1xi32>
  %at = arith.minsi %row, %most : tensor<12x1xi32>
  %g = tile.load %table[%c0] dims = [-1, -1] index [0](%at : tensor<12x1xi32>)
    : memref<?xf32, strided<[1], offset: ?>> -> tensor<12x1xf32>
  %sum = scf.for %t = %c0 to %n step %c32 iter_args(%acc = %zero) -> tensor<12x64xf32> {
    %kt = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<32x64xf32>
    %s = tile.mma %qt, %kt {transB} : tensor<12x64xf32>, tensor<32x64xf32> -> tensor<12x32xf32>
    %wide = tile.broadcast %g : tensor<12x1xf32> -> tensor<12x32xf32>
    %p = arith.addf %s, %wide : tensor<12x32xf32>
    %next = tile.mma %p, %kt, %acc : tensor<12x32xf32>, tensor<32x64xf32>, tensor<12x64xf32> -> tensor<12x64xf32>
    scf.yield %next : tensor<12x64xf32>
  }
  tile.store %sum, %o[%i, %c0] dims = [0, 1] : tensor<12x64xf32>, !plane
  tile.yield
}

// Strips end with the rows that are stored.
// CHECK-LABEL: tile.kernel @stored_rows
// CHECK: scf.for {{.*}} iter_args
// CHECK:   %[[REST:.*]] = arith.subi %[[END:.*]], %[[FIRST:.*]] : index
// CHECK:   %[[SOME:.*]] = arith.maxsi %[[REST]], %c0
// CHECK:   %[[TO:.*]] = arith.minsi %[[SOME]], %c12
// CHECK:   scf.for %{{.*}} = %c0{{.*}} to %[[TO]] step
// CHECK: tile.store {{.*}} bounds(%[[END]], %{{.*}})
tile.kernel @stored_rows(%q: !plane, %k: !plane, %o: !plane, %n: index, %end: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<12x64xf32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<12x64xf32>
  %sum = scf.for %t = %c0 to %n step %c32 iter_args(%acc = %zero) -> tensor<12x64xf32> {
    %kt = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<32x64xf32>
    %s = tile.mma %qt, %kt {transB} : tensor<12x64xf32>, tensor<32x64xf32> -> tensor<12x32xf32>
    %next = tile.mma %s, %kt, %acc : tensor<12x32xf32>, tensor<32x64xf32>, tensor<12x64xf32> -> tensor<12x64xf32>
    scf.yield %next : tensor<12x64xf32>
  }
  tile.store %sum, %o[%i, %c0] dims = [0, 1] bounds(%end, %c64) : tensor<12x64xf32>, !plane
  tile.yield
}

// A program that reads what it writes keeps its order: another strip's rows may be meant.
// CHECK-LABEL: tile.kernel @rows_written_and_read
// CHECK-NOT: tensor.extract_slice
tile.kernel @rows_written_and_read(%q: !plane, %o: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %k = arith.constant dense<1.0> : tensor<64x64xf32>
  %qt = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<12x64xf32>
  %s = tile.mma %qt, %k : tensor<12x64xf32>, tensor<64x64xf32> -> tensor<12x64xf32>
  tile.store %s, %o[%i, %c0] dims = [0, 1] : tensor<12x64xf32>, !plane
  %again = tile.load %o[%c1, %c0] dims = [0, 1] : !plane -> tensor<12x64xf32>
  %t = tile.mma %again, %k : tensor<12x64xf32>, tensor<64x64xf32> -> tensor<12x64xf32>
  tile.store %t, %q[%i, %c0] dims = [0, 1] : tensor<12x64xf32>, !plane
  tile.yield
}
