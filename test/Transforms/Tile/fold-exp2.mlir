// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-fold-exp2 --canonicalize | FileCheck %s

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!wide = memref<?x64xf32, strided<[?, 1], offset: ?>>

// The difference is taken before it is scaled to base 2; the exponential may be approximate.
// CHECK-LABEL: tile.kernel @narrow
// CHECK: %[[C:.*]] = arith.constant dense<1.44269502> : tensor<16x64xf32>
// CHECK: %[[D:.*]] = arith.subf
// CHECK: %[[X:.*]] = arith.mulf %[[D]], %[[C]]
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
