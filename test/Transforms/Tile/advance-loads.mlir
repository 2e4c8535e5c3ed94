// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-advance-loads --split-input-file | FileCheck %s

!plane = memref<?x64xbf16>

// The values are loaded beside the scores: behind the keys, before the arithmetic and the branch between the two products.
// CHECK-LABEL: tile.kernel @before_arithmetic
// CHECK: tile.load %[[Q:.*]][
// CHECK: scf.for
// CHECK-NEXT: arith.muli
// CHECK-NEXT: %[[K:.*]] = tile.load
// CHECK-NEXT: %[[V:.*]] = tile.load
// CHECK-NEXT: tile.mma %{{.*}}, %[[K]]
// CHECK: scf.if
// CHECK: math.exp
// CHECK: tile.mma %{{.*}}, %[[V]]
tile.kernel @before_arithmetic(%Q: !plane, %K: !plane, %V: !plane, %B: memref<?xf32>, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %some = arith.cmpi slt, %x, %n : index
  %zero = arith.constant dense<0.0> : tensor<16x64xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %zero) -> (tensor<16x64xf32>) {
    %at = arith.muli %t, %c64 : index
    %k = tile.load %K[%at, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
    %m = scf.if %some -> (tensor<16x64xf32>) {
      %b = tile.load %B[%at] dims = [-1, 0] : memref<?xf32> -> tensor<1x64xf32>
      %bb = tile.broadcast %b : tensor<1x64xf32> -> tensor<16x64xf32>
      %sum = arith.addf %s, %bb : tensor<16x64xf32>
      scf.yield %sum : tensor<16x64xf32>
    } else {
      scf.yield %s : tensor<16x64xf32>
    }
    %e = math.exp %m : tensor<16x64xf32>
    %p = arith.truncf %e : tensor<16x64xf32> to tensor<16x64xbf16>
    %v = tile.load %V[%at, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %next = tile.mma %p, %v, %acc : tensor<16x64xbf16>, tensor<64x64xbf16>, tensor<16x64xf32> -> tensor<16x64xf32>
    scf.yield %next : tensor<16x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<16x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// What may write memory, and a loop, hold a load back; what lies in registers too, or is padded with other numbers, stays.
// CHECK-LABEL: tile.kernel @held_back
// CHECK: tile.store
// CHECK-NEXT: %[[A:.*]] = tile.load
// CHECK: tile.mma %{{.*}}, %[[A]]
// CHECK: scf.for
// CHECK: }
// CHECK-NEXT: %[[B:.*]] = tile.load
// CHECK: arith.negf
// CHECK-NEXT: %[[C:.*]] = tile.load %{{.*}} pad 1.0
// CHECK-NEXT: %[[D:.*]] = tile.load
// CHECK: tile.mma %[[B]], %[[B]], %{{.*}} {transA}
// CHECK: tile.mma %{{.*}}, %[[C]]
// CHECK: tile.mma %[[D]], %[[D]]
tile.kernel @held_back(%K: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %p = arith.constant dense<1.0> : tensor<64x64xbf16>
  %s = arith.constant dense<1.0> : tensor<64x64xf32>
  tile.store %s, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  %e = math.exp %s : tensor<64x64xf32>
  %a = tile.load %K[%x, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %0 = tile.mma %p, %a, %e : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  %1 = scf.for %t = %c0 to %n step %c1 iter_args(%sum = %0) -> (tensor<64x64xf32>) {
    %more = arith.addf %sum, %s : tensor<64x64xf32>
    scf.yield %more : tensor<64x64xf32>
  }
  %less = arith.negf %1 : tensor<64x64xf32>
  %c = tile.load %K[%y, %c0] dims = [0, 1] pad 1.0 : bf16 : !plane -> tensor<64x64xbf16>
  %d = tile.load %K[%z, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %b = tile.load %K[%z, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %2 = tile.mma %b, %b, %less {transA} : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  %3 = tile.mma %p, %c, %2 : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  %4 = tile.mma %d, %d, %3 : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  tile.store %4, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}
