// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-hoist-uniform --canonicalize 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-hoist-uniform --canonicalize --tile-hoist-uniform --canonicalize 2>/dev/null | FileCheck %s
// RUN: attn-opt %s --tile-hoist-uniform 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

!heads = memref<?x?xf32>

// The heads that share a head of the keys are the same number for all programs: the host divides, and by 1 where there
// are none. What depends on the program stays, and so does what needs no quotient.
// REMARK-COUNT-1: remark: [tile-hoist-uniform] uniform = host: 1 number that holds quotients, the same for all programs
// REMARK-NOT: remark
// CHECK-LABEL: tile.kernel @shared
// CHECK-SAME: (%{{.*}}: memref<?x?xf32>, %{{.*}}: memref<?x?xf32>, %[[SHARED:.*]]: index)
// CHECK-SAME: attributes {uniform = "host"}
// CHECK: body(%[[X:.*]], %{{.*}}, %{{.*}}) {
// CHECK-NOT: arith.divui
// CHECK: arith.cmpi eq, %[[SHARED]], %c1
// CHECK-NEXT: %[[HEAD:.*]] = arith.divui %[[X]], %[[SHARED]]
// CHECK: tile.load %{{.*}}[%[[HEAD]], %c0]
tile.kernel @shared(%k: !heads, %o: !heads)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %o, %c0 : !heads
  tile.yield %n, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %few = memref.dim %k, %c0 : !heads
  %many = memref.dim %o, %c0 : !heads
  %shared = arith.divui %many, %few : index
  %alone = arith.cmpi eq, %shared, %c1 : index
  %head = arith.divui %i, %shared : index
  %a = tile.load %k[%head, %c0] dims = [0, 1] : !heads -> tensor<1x64xf32>
  scf.if %alone {
    tile.store %a, %o[%i, %c0] dims = [0, 1] : tensor<1x64xf32>, !heads
  }
  tile.yield
}

// CHECK-LABEL: launch.entry @call
// CHECK: %[[MANY:.*]] = memref.dim %o
// CHECK: %[[FEW:.*]] = memref.dim %k
// CHECK: %[[SOME:.*]] = arith.maxui %[[FEW]], %c1
// CHECK: %[[HERE:.*]] = arith.divui %[[MANY]], %[[SOME]]
// CHECK: launch.kernel @shared(%{{.*}}, %{{.*}}, %[[HERE]])
launch.entry @call(%k: !heads, %o: !heads)
contract { launch.yield shapes() } body {
  launch.kernel @shared(%k, %o) : !heads, !heads
  launch.return
}

// Pinned.
// CHECK-LABEL: tile.kernel @pinned
// CHECK: body(
// CHECK: arith.divui
tile.kernel @pinned(%k: !heads, %o: !heads) attributes {uniform = "device"}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %few = memref.dim %k, %c0 : !heads
  %many = memref.dim %o, %c0 : !heads
  %shared = arith.divui %many, %few : index
  %a = tile.load %k[%shared, %c0] dims = [0, 1] : !heads -> tensor<1x64xf32>
  tile.store %a, %o[%i, %c0] dims = [0, 1] : tensor<1x64xf32>, !heads
  tile.yield
}
launch.entry @call_pinned(%k: !heads, %o: !heads)
contract { launch.yield shapes() } body {
  launch.kernel @pinned(%k, %o) : !heads, !heads
  launch.return
}

// Nobody here starts it, so nobody would pass a number more.
// CHECK-LABEL: tile.kernel @not_started
// CHECK: body(
// CHECK: arith.divui
tile.kernel @not_started(%k: !heads, %o: !heads)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %few = memref.dim %k, %c0 : !heads
  %many = memref.dim %o, %c0 : !heads
  %shared = arith.divui %many, %few : index
  %a = tile.load %k[%shared, %c0] dims = [0, 1] : !heads -> tensor<1x64xf32>
  tile.store %a, %o[%i, %c0] dims = [0, 1] : tensor<1x64xf32>, !heads
  tile.yield
}
