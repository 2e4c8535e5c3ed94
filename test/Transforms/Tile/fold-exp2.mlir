// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-fold-exp2 --canonicalize 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-fold-exp2 -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: remark: [tile-fold-exp2] rounding = relaxed: all products

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!wide = memref<?x64xf32, strided<[?, 1], offset: ?>>

// Scale and shift are one multiply-add: x c - s, with s the rounded product of the row's maximum. Where that is large or
// infinite the factor is the next power of two, so that s is exact. The exponential may be approximate.
// CHECK-LABEL: tile.kernel @narrow
// CHECK-DAG: %[[C:.*]] = arith.constant dense<1.44269502> : tensor<16x1xf32>
// CHECK-DAG: %[[TWO:.*]] = arith.constant dense<2.000000e+00> : tensor<16x1xf32>
// CHECK-DAG: %[[LIMIT:.*]] = arith.constant dense<0x4CB17218> : tensor<16x1xf32>
// CHECK: %[[Y:.*]] = arith.select
// CHECK: %[[M:.*]] = tile.reduce max %[[Y]]
// CHECK: %[[S:.*]] = arith.mulf %[[M]], %[[C]]
// CHECK: %[[SIZE:.*]] = math.absf %[[M]]
// CHECK: %[[HUGE:.*]] = arith.cmpf oge, %[[SIZE]], %[[LIMIT]]
// CHECK-DAG: %[[EXACT:.*]] = arith.mulf %[[M]], %[[TWO]]
// CHECK-DAG: %[[FACTOR:.*]] = arith.select %[[HUGE]], %[[TWO]], %[[C]]
// CHECK-DAG: %[[SHIFT:.*]] = arith.select %[[HUGE]], %[[EXACT]], %[[S]]
// CHECK-DAG: %[[SPREAD:.*]] = tile.broadcast %[[FACTOR]]
// CHECK-DAG: %[[LESS:.*]] = arith.negf %[[SHIFT]]
// CHECK: %[[B:.*]] = tile.broadcast %[[LESS]]
// CHECK: %[[X:.*]] = math.fma %[[Y]], %[[SPREAD]], %[[B]]
// CHECK: math.exp2 %[[X]] fastmath<afn>
tile.kernel @narrow(%q: !plane, %k: !plane, %o: !plane, %n: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %scale = arith.constant dense<0.125> : tensor<16x64xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<16x64xf32>
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %b = tile.load %k[%j, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %s = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
  %x = arith.mulf %s, %scale : tensor<16x64xf32>
  %at = tile.iota %c0 dim 1 : tensor<1x64xi32>
  %end = tensor.splat %n : tensor<1x64xi32>
  %in = arith.cmpi slt, %at, %end : tensor<1x64xi32>
  %keep = tile.broadcast %in : tensor<1x64xi1> -> tensor<16x64xi1>
  %y = arith.select %keep, %x, %lowest : tensor<16x64xi1>, tensor<16x64xf32>
  %m = tile.reduce max %y dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
  %mb = tile.broadcast %m : tensor<16x1xf32> -> tensor<16x64xf32>
  %d = arith.subf %y, %mb : tensor<16x64xf32>
  %p = math.exp %d : tensor<16x64xf32>
  %pn = arith.truncf %p : tensor<16x64xf32> to tensor<16x64xbf16>
  tile.store %pn, %o[%i, %c0] dims = [0, 1] : tensor<16x64xbf16>, !plane
  tile.yield
}

// Products of f32 keep the exponential they ask for.
// CHECK-LABEL: tile.kernel @wide
// CHECK: math.exp
// CHECK-NOT: math.exp2
tile.kernel @wide(%q: !wide, %o: !wide)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !wide -> tensor<64x64xf32>
  %s = tile.mma %a, %a : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  %p = math.exp %s : tensor<64x64xf32>
  tile.store %p, %o[%i, %c0] dims = [0, 1] : tensor<64x64xf32>, !wide
  tile.yield
}

// What another kernel merges by its maximum stays relative to that; then the difference is taken before it is scaled.
// CHECK-LABEL: tile.kernel @part
// CHECK: %[[D:.*]] = arith.subf
// CHECK: %[[E:.*]] = arith.mulf %[[D]], %{{.*}}
// CHECK: math.exp2 %[[E]] fastmath<afn>
// CHECK-NOT: math.fma
tile.kernel @part(%q: !plane, %k: !plane, %m: memref<?xf32, strided<[1], offset: ?>>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %half = arith.constant dense<0.5> : tensor<16x64xf32>
  %none = arith.constant dense<0xFF800000> : tensor<16x1xf32>
  %zero = arith.constant dense<0.0> : tensor<16x1xf32>
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %most, %sum = scf.for %t = %c0 to %n step %c64 iter_args(%old = %none, %l = %zero)
      -> (tensor<16x1xf32>, tensor<16x1xf32>) {
    %b = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
    %capped = math.tanh %s : tensor<16x64xf32>
    %once = arith.mulf %capped, %half : tensor<16x64xf32>
    %x = arith.mulf %once, %half : tensor<16x64xf32>
    %r = tile.reduce max %x dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
    %new = arith.maximumf %old, %r : tensor<16x1xf32>
    %mb = tile.broadcast %new : tensor<16x1xf32> -> tensor<16x64xf32>
    %d = arith.subf %x, %mb : tensor<16x64xf32>
    %p = math.exp %d : tensor<16x64xf32>
    %ps = tile.reduce add %p dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
    %next = arith.addf %l, %ps : tensor<16x1xf32>
    scf.yield %new, %next : tensor<16x1xf32>, tensor<16x1xf32>
  }
  tile.store %most, %m[%i] dims = [0, -1] : tensor<16x1xf32>, memref<?xf32, strided<[1], offset: ?>>
  tile.store %sum, %m[%i] dims = [0, -1] : tensor<16x1xf32>, memref<?xf32, strided<[1], offset: ?>>
  tile.yield
}

// A loop that carries a maximum of its elements carries the shift beside it, and what relates two turns is the difference of
// two shifts. No element is larger, so any finite shift serves a row that has only infinite ones.
// CHECK-LABEL: tile.kernel @running
// CHECK: %[[LOWEST:.*]] = arith.constant dense<-3.40282347E+38> : tensor<16x1xf32>
// CHECK: scf.for {{.*}} iter_args(%[[OLD:.*]] = %{{.*}}, %{{.*}} = %{{.*}}, %[[BEFORE:.*]] = %{{.*}})
// CHECK: %[[R:.*]] = tile.reduce max
// CHECK: %[[NEW:.*]] = arith.maximumf %[[OLD]], %[[R]]
// CHECK: %[[S:.*]] = arith.mulf %[[NEW]]
// CHECK: %[[HUGE:.*]] = arith.cmpf oge
// CHECK: %[[EXACT:.*]] = arith.mulf %[[NEW]]
// CHECK: %[[FINITE:.*]] = arith.maximumf %[[EXACT]], %[[LOWEST]]
// CHECK: %[[SHIFT:.*]] = arith.select %[[HUGE]], %[[FINITE]], %[[S]]
// CHECK: %[[LESS:.*]] = arith.subf %[[BEFORE]], %[[SHIFT]]
// CHECK: math.exp2 %[[LESS]] fastmath<afn> : tensor<16x1xf32>
// CHECK: math.exp2 {{.*}} fastmath<afn> : tensor<16x64xf32>
// CHECK: scf.yield %[[NEW]], %{{.*}}, %[[SHIFT]]
tile.kernel @running(%q: !plane, %k: !plane, %m: memref<?xf32, strided<[1], offset: ?>>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %none = arith.constant dense<0xFF800000> : tensor<16x1xf32>
  %zero = arith.constant dense<0.0> : tensor<16x1xf32>
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %most, %sum = scf.for %t = %c0 to %n step %c64 iter_args(%old = %none, %l = %zero)
      -> (tensor<16x1xf32>, tensor<16x1xf32>) {
    %b = tile.load %k[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %x = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
    %r = tile.reduce max %x dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
    %new = arith.maximumf %old, %r : tensor<16x1xf32>
    %empty = arith.cmpf oeq, %new, %none : tensor<16x1xf32>
    %guarded = arith.select %empty, %zero, %new : tensor<16x1xi1>, tensor<16x1xf32>
    %change = arith.subf %old, %guarded : tensor<16x1xf32>
    %rescale = math.exp %change : tensor<16x1xf32>
    %mb = tile.broadcast %guarded : tensor<16x1xf32> -> tensor<16x64xf32>
    %d = arith.subf %x, %mb : tensor<16x64xf32>
    %p = math.exp %d : tensor<16x64xf32>
    %ps = tile.reduce add %p dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
    %ls = arith.mulf %l, %rescale : tensor<16x1xf32>
    %next = arith.addf %ls, %ps : tensor<16x1xf32>
    scf.yield %new, %next : tensor<16x1xf32>, tensor<16x1xf32>
  }
  %l = math.log %sum : tensor<16x1xf32>
  %lse = arith.addf %most, %l : tensor<16x1xf32>
  tile.store %lse, %m[%i] dims = [0, -1] : tensor<16x1xf32>, memref<?xf32, strided<[1], offset: ?>>
  tile.yield
}
