// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-hoist-scales --canonicalize --cse | FileCheck %s

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!rows = memref<?xf32, strided<[1], offset: ?>>

// The scale leaves the mask, the branch, the reduction and the running maximum; what the loop carries is unscaled, and what
// others read of it is scaled where they read it.
// CHECK-LABEL: tile.kernel @running_maximum
// CHECK: %[[M:.*]] = scf.for {{.*}} iter_args(%[[OLD:.*]] = %{{.*}}) -> (tensor<16x1xf32>)
// CHECK:   %[[S:.*]] = tile.mma
// CHECK:   %[[Y:.*]] = scf.if
// CHECK:     arith.select %{{.*}}, %[[S]], %{{.*}}
// CHECK:   } else {
// CHECK:     scf.yield %[[S]]
// CHECK:   %[[R:.*]] = tile.reduce max %[[Y]] dim 1
// CHECK:   %[[NEW:.*]] = arith.maximumf %[[OLD]], %[[R]]
// CHECK-NOT: arith.mulf
// CHECK:   scf.yield %[[NEW]]
// CHECK: arith.mulf %[[M]], %{{.*}} : tensor<16x1xf32>
tile.kernel @running_maximum(%q: !plane, %k: !plane, %o: !rows, %n: index, %some: i1)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %scale = arith.constant dense<0.125> : tensor<16x64xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<16x64xf32>
  %none = arith.constant dense<0xFF800000> : tensor<16x1xf32>
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %m = scf.for %t = %c0 to %n step %c64 iter_args(%old = %none) -> tensor<16x1xf32> {
    %b = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
    %x = arith.mulf %s, %scale : tensor<16x64xf32>
    %y = scf.if %some -> tensor<16x64xf32> {
      %at = tile.iota %t dim 1 : tensor<1x64xi32>
      %zero = arith.constant dense<7> : tensor<1x64xi32>
      %in = arith.cmpi slt, %at, %zero : tensor<1x64xi32>
      %keep = tile.broadcast %in : tensor<1x64xi1> -> tensor<16x64xi1>
      %masked = arith.select %keep, %x, %lowest : tensor<16x64xi1>, tensor<16x64xf32>
      scf.yield %masked : tensor<16x64xf32>
    } else {
      scf.yield %x : tensor<16x64xf32>
    }
    %r = tile.reduce max %y dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
    %new = arith.maximumf %old, %r : tensor<16x1xf32>
    scf.yield %new : tensor<16x1xf32>
  }
  tile.store %m, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  tile.yield
}

// A negative factor turns a maximum into a minimum, a sum of scaled elements rounds otherwise, and a finite mask is scaled
// too: these stay.
// CHECK-LABEL: tile.kernel @stays
// CHECK: %[[X:.*]] = arith.mulf %{{.*}}, %{{.*}} : tensor<16x64xf32>
// CHECK: tile.reduce max %[[X]]
// CHECK: %[[P:.*]] = arith.mulf %{{.*}}, %{{.*}} : tensor<16x64xf32>
// CHECK: tile.reduce add %[[P]]
// CHECK: %[[F:.*]] = arith.select %{{.*}}, %[[P]], %{{.*}}
// CHECK: tile.reduce max %[[F]]
tile.kernel @stays(%q: !plane, %k: !plane, %o: !rows, %some: i1)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %negative = arith.constant dense<-0.125> : tensor<16x64xf32>
  %positive = arith.constant dense<0.125> : tensor<16x64xf32>
  %finite = arith.constant dense<-1.0e30> : tensor<16x64xf32>
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %b = tile.load %k[%i, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %s = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
  %x = arith.mulf %s, %negative : tensor<16x64xf32>
  %least = tile.reduce max %x dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
  tile.store %least, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  %p = arith.mulf %s, %positive : tensor<16x64xf32>
  %sum = tile.reduce add %p dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
  tile.store %sum, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  %f = arith.select %some, %p, %finite : tensor<16x64xf32>
  %most = tile.reduce max %f dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
  tile.store %most, %o[%i] dims = [0, -1] : tensor<16x1xf32>, !rows
  tile.yield
}
