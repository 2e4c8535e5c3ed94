// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-relax-arithmetic 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-relax-arithmetic -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: remark: [tile-relax-arithmetic] rounding = relaxed: all products

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!wide = memref<?x64xf32, strided<[?, 1], offset: ?>>

// Rows and columns are converted, their difference is one of floats.
// CHECK-LABEL: tile.kernel @distance
// CHECK: %[[J:.*]] = tile.iota %{{.*}} dim 1
// CHECK: %[[I:.*]] = tile.iota %{{.*}} dim 0
// CHECK: %[[FJ:.*]] = arith.sitofp %[[J]] : tensor<1x64xi32> to tensor<1x64xf32>
// CHECK: %[[BJ:.*]] = tile.broadcast %[[FJ]]
// CHECK: %[[FI:.*]] = arith.sitofp %[[I]] : tensor<16x1xi32> to tensor<16x1xf32>
// CHECK: %[[BI:.*]] = tile.broadcast %[[FI]]
// CHECK: arith.subf %[[BJ]], %[[BI]] : tensor<16x64xf32>
tile.kernel @distance(%q: !plane, %k: !plane, %o: !wide)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%x, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %b = tile.load %k[%y, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %s = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
  %j = tile.iota %y dim 1 : tensor<1x64xi32>
  %i = tile.iota %x dim 0 : tensor<16x1xi32>
  %bj = tile.broadcast %j : tensor<1x64xi32> -> tensor<16x64xi32>
  %bi = tile.broadcast %i : tensor<16x1xi32> -> tensor<16x64xi32>
  %d = arith.subi %bj, %bi : tensor<16x64xi32>
  %f = arith.sitofp %d : tensor<16x64xi32> to tensor<16x64xf32>
  %r = arith.addf %s, %f : tensor<16x64xf32>
  tile.store %r, %o[%x, %c0] dims = [0, 1] : tensor<16x64xf32>, !wide
  tile.yield
}

// Beside products of f32 every distance stays exact.
// CHECK-LABEL: tile.kernel @exact
// CHECK: arith.subi
// CHECK: arith.sitofp %{{.*}} : tensor<64x64xi32> to tensor<64x64xf32>
tile.kernel @exact(%q: !wide, %o: !wide)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%x, %c0] dims = [0, 1] : !wide -> tensor<64x64xf32>
  %s = tile.mma %a, %a {transB} : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  %j = tile.iota %y dim 1 : tensor<1x64xi32>
  %i = tile.iota %x dim 0 : tensor<64x1xi32>
  %bj = tile.broadcast %j : tensor<1x64xi32> -> tensor<64x64xi32>
  %bi = tile.broadcast %i : tensor<64x1xi32> -> tensor<64x64xi32>
  %d = arith.subi %bj, %bi : tensor<64x64xi32>
  %f = arith.sitofp %d : tensor<64x64xi32> to tensor<64x64xf32>
  %r = arith.addf %s, %f : tensor<64x64xf32>
  tile.store %r, %o[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, !wide
  tile.yield
}

// A tangent may be approximate and constant factors are one; sums may be fused with products, differences not.
// CHECK-LABEL: tile.kernel @biased
// CHECK-DAG: %[[JOINED:.*]] = arith.constant dense<2.500000e-01> : tensor<16x64xf32>
// CHECK-DAG: %[[S:.*]] = tile.mma
// CHECK-DAG: %[[X:.*]] = arith.mulf %[[S]], %[[JOINED]] fastmath<contract>
// CHECK-DAG: %[[BIAS:.*]] = arith.mulf %{{.*}}, %{{.*}} fastmath<contract>
// CHECK: %[[SUM:.*]] = arith.addf %[[X]], %[[BIAS]] fastmath<contract>
// CHECK: %[[D:.*]] = arith.subf %[[SUM]], %{{.*}} : tensor<16x64xf32>
// CHECK: math.tanh %[[D]] fastmath<afn>
tile.kernel @biased(%q: !plane, %k: !plane, %o: !wide, %slope: f32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %half = arith.constant dense<0.5> : tensor<16x64xf32>
  %a = tile.load %q[%x, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
  %b = tile.load %k[%y, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %d = tile.load %o[%y, %c0] dims = [0, 1] : !wide -> tensor<16x64xf32>
  %s = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
  %once = arith.mulf %s, %half : tensor<16x64xf32>
  %scaled = arith.mulf %once, %half : tensor<16x64xf32>
  %slopes = tensor.splat %slope : tensor<16x64xf32>
  %bias = arith.mulf %slopes, %d : tensor<16x64xf32>
  %sum = arith.addf %scaled, %bias : tensor<16x64xf32>
  %less = arith.subf %sum, %d : tensor<16x64xf32>
  %capped = math.tanh %less : tensor<16x64xf32>
  tile.store %capped, %o[%x, %c0] dims = [0, 1] : tensor<16x64xf32>, !wide
  tile.yield
}
