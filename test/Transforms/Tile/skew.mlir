// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-insert-rings --tile-issue-products --tile-skew --split-input-file -o %t 2> %t.remarks
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

!plane = memref<?x64xbf16>

// The second product of a turn is of the iteration before; the first one's product begins before it and is awaited while
// it runs. What the second one needs is carried, its ring is filled a turn later, and its result is finished last.
// REMARK: [tile-skew] skew = true: a product needs an earlier one
// CHECK-LABEL: tile.kernel @two_products
// CHECK: %[[SOME:.*]] = arith.cmpi slt
// CHECK: scf.if %[[SOME]]
// CHECK: tile.issue {{.*}} {stage = 0 : i64, transB}
// CHECK: tile.await
// CHECK: arith.truncf
// CHECK: scf.for {{.*}} iter_args
// CHECK: %[[K:.*]] = tile.wait
// CHECK: %[[S:.*]] = tile.issue %{{.*}}, %[[K]] {stage = 0 : i64, transB}
// CHECK: %[[V:.*]] = tile.wait
// CHECK-NEXT: %[[O:.*]] = tile.issue %{{.*}}, %[[V]], %{{.*}} {stage = 1 : i64}
// CHECK-NEXT: tile.await %[[S]]
// CHECK-NEXT: tile.release %[[K]]
// CHECK: math.exp
// CHECK: %[[SUM:.*]] = tile.await %[[O]]
// CHECK-NEXT: tile.release %[[V]]
// CHECK: arith.mulf %[[SUM]]
// CHECK: scf.yield
// CHECK: } {skew = true}
// CHECK: tile.issue {{.*}} {stage = 1 : i64}
// CHECK-NEXT: %[[LAST:.*]] = tile.await
// CHECK: scf.yield %[[LAST]]
// CHECK: } else {
tile.kernel @two_products(%Q: !plane, %K: !plane, %V: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0) -> tensor<64x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %v = tile.load %V[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %p = math.exp %s : tensor<64x64xf32>
    %b = arith.truncf %p : tensor<64x64xf32> to tensor<64x64xbf16>
    %scaled = arith.mulf %acc, %p : tensor<64x64xf32>
    %next = tile.mma %b, %v, %scaled : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %next : tensor<64x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// Both products read one tile: its slot is carried and freed a turn later.
// REMARK: [tile-skew] skew = true: a product needs an earlier one
// CHECK-LABEL: tile.kernel @one_slot
// CHECK: scf.for {{.*}} iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9]+}}, %[[BEFORE:[a-z0-9]+]] = 
// CHECK: %[[K:.*]] = tile.wait
// CHECK: tile.issue %{{.*}}, %[[K]] {stage = 0 : i64, transB}
// CHECK: %[[O:.*]] = tile.issue %{{.*}}, %[[BEFORE]], %{{.*}} {stage = 1 : i64}
// CHECK: tile.await %[[O]]
// CHECK-NEXT: tile.release %[[BEFORE]]
// CHECK: scf.yield %{{.*}}, %[[K]],
tile.kernel @one_slot(%Q: !plane, %K: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0) -> tensor<64x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %b = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %next = tile.mma %b, %k, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %next : tensor<64x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// REMARK: [tile-skew] skew = false: no product needs another one
// CHECK-LABEL: tile.kernel @one_product
// CHECK-NOT: scf.if
tile.kernel @one_product(%Q: !plane, %K: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0) -> tensor<64x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k, %acc {transB} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %s : tensor<64x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// What the next iteration needs of all products is not late, but what is stored of them is: the store of an iteration
// stands behind the first products of the next one.
// REMARK: [tile-skew] skew = true: what is stored of products may wait
// CHECK-LABEL: tile.kernel @late_store
// CHECK: scf.for {{.*}} iter_args({{.*}}%[[BEFORE:[a-z0-9]+]] = %{{[a-z0-9]+}})
// CHECK: tile.issue
// CHECK: tile.store %{{[a-z0-9]+}}
// CHECK: tile.await
// CHECK: arith.truncf
// CHECK: scf.yield
// CHECK: } {skew = true}
// CHECK: tile.store
tile.kernel @late_store(%K: !plane, %O: memref<?x64xbf16>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%state = %o0) -> tensor<64x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %h = arith.truncf %state : tensor<64x64xf32> to tensor<64x64xbf16>
    %s = tile.mma %h, %k : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %b = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    tile.store %b, %O[%t, %c0] dims = [0, 1] : tensor<64x64xbf16>, memref<?x64xbf16>
    %next = tile.mma %b, %k, %state : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %next : tensor<64x64xf32>
  }
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// REMARK: [tile-skew] skew = false: an early product needs a late one of the iteration before
// CHECK-LABEL: tile.kernel @state_is_read
// CHECK-NOT: scf.if
tile.kernel @state_is_read(%K: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%state = %o0) -> tensor<64x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %h = arith.truncf %state : tensor<64x64xf32> to tensor<64x64xbf16>
    %s = tile.mma %k, %h : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %b = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %next = tile.mma %k, %b, %state {transA} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %next : tensor<64x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// A loop that reads what it writes keeps its order.
// REMARK: [tile-skew] skew = false: the loop writes memory
// REMARK: [tile-skew] skew = false: a product or a ring lies in an inner loop or branch
// CHECK-LABEL: tile.kernel @stored
// CHECK-NOT: skew = true
tile.kernel @stored(%Q: !plane, %K: !plane, %O: memref<?x64xf32>, %n: index, %skip: i1)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  scf.for %t = %c0 to %n step %c1 {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %b = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %o = tile.mma %b, %k : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %before = tile.load %O[%t, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<64x64xf32>
    %both = arith.addf %o, %before : tensor<64x64xf32>
    tile.store %both, %O[%t, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  }
  %sum = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0) -> tensor<64x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %next = scf.if %skip -> tensor<64x64xf32> {
      scf.yield %acc : tensor<64x64xf32>
    } else {
      %b = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
      %o = tile.mma %b, %b, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
      %u = tile.mma %q, %b, %o : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
      scf.yield %u : tensor<64x64xf32>
    }
    %b = arith.truncf %next : tensor<64x64xf32> to tensor<64x64xbf16>
    %last = tile.mma %q, %b, %next : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %last : tensor<64x64xf32>
  }
  tile.store %sum, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}
