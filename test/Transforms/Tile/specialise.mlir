// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-insert-rings --tile-issue-products --tile-specialise="load-registers=24 math-registers=240" \
// RUN:   --split-input-file -o %t 2> %t.remarks
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: attn-opt %s --tile-insert-rings --tile-issue-products --tile-skew --tile-specialise --split-input-file \
// RUN:   | FileCheck %s --check-prefix=SKEW

!plane = memref<?x64xbf16>

// Each role has the loop with what it needs; scalars at the top stay outside; what the loop carries stays in one role.
// REMARK: [tile-specialise] role = load: it fills 2 rings
// CHECK-LABEL: tile.kernel @attend
// CHECK: memref.dim
// CHECK-NOT: tile.load
// CHECK: tile.roles
// CHECK-NEXT: role @load warps = 1 registers = 24
// CHECK: scf.for %[[T:.*]] = %{{.*}} to %{{.*}} step %{{[a-z0-9_]+}} {
// CHECK: %[[AT:.*]] = arith.muli %[[T]]
// CHECK: %[[F:.*]] = tile.acquire
// CHECK: tile.copy %[[F]], %{{.*}}[%[[AT]],
// CHECK: tile.commit %[[F]]
// CHECK-NOT: tile.wait
// CHECK: role @math registers = 240
// CHECK-NOT: tile.acquire
// CHECK: scf.for {{.*}} iter_args
// CHECK-NOT: arith.muli
// CHECK: tile.issue
// CHECK: tile.store
// CHECK: tile.yield

// A turned loop gives the loading role its order.
// SKEW-LABEL: tile.kernel @attend
// SKEW: role @load
// SKEW: scf.if
// SKEW: tile.acquire %[[K:.*]] : !tile.ring<2
// SKEW: scf.for {{.*}} -> (index) {
// SKEW: tile.acquire %[[K]] :
// SKEW: tile.acquire %[[V:.*]] :
// SKEW: scf.yield
// SKEW: tile.acquire %[[V]] :
// SKEW-NOT: tile.acquire
// SKEW: role @math
tile.kernel @attend(%Q: !plane, %K: !plane, %V: !plane, %O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %n = memref.dim %K, %c0 : !plane
  %o0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %q0 = arith.constant dense<0.5> : tensor<64x64xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0) -> tensor<64x64xf32> {
    %at = arith.muli %t, %c64 : index
    %k = tile.load %K[%at, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %v = tile.load %V[%at, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q0, %k {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %b = arith.truncf %s : tensor<64x64xf32> to tensor<64x64xbf16>
    %next = tile.mma %b, %v, %acc : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %next : tensor<64x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// The teams of a role share one loading role; what depends on the team stays with it.
// REMARK: [tile-specialise] role = load: it fills 1 rings
// CHECK-LABEL: tile.kernel @teams
// CHECK: role @load warps = 1
// CHECK-COUNT-1: tile.acquire
// CHECK-NOT: tile.acquire
// CHECK: role @math teams = 2 registers = 240 (%[[TEAM:.*]]) {
// CHECK: arith.muli %[[TEAM]]
// CHECK: tile.ring : !tile.ring<1,
// CHECK-COUNT-1: tile.acquire
// CHECK-NOT: tile.acquire
tile.kernel @teams(%Q: !plane, %K: !plane, %O: memref<?x128xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  tile.roles
  role @math teams = 2 (%team) {
    %row = arith.muli %team, %c64 : index
    %q = tile.load %Q[%row, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    scf.for %t = %c0 to %n step %c1 {
      %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<128x64xbf16>
      %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<128x64xbf16> -> tensor<64x128xf32>
      tile.store %s, %O[%row, %t] dims = [0, 1] : tensor<64x128xf32>, memref<?x128xf32>
    }
    tile.yield
  }
  tile.yield
}

// -----

// REMARK: [tile-specialise] role = none: no ring is filled from memory
// CHECK-LABEL: tile.kernel @no_ring
// CHECK-NOT: tile.roles
tile.kernel @no_ring(%O: memref<?x4xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %o0 = arith.constant dense<0.0> : tensor<4x4xf32>
  tile.store %o0, %O[%x, %y] dims = [0, 1] : tensor<4x4xf32>, memref<?x4xf32>
  tile.yield
}

// -----

// REMARK: [tile-specialise] role = none: a ring is filled from memory that the program writes
// CHECK-LABEL: tile.kernel @reads_its_stores
// CHECK-NOT: tile.roles
tile.kernel @reads_its_stores(%O: memref<?x4xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = arith.constant dense<1.0> : tensor<4x4xf32>
  %ring = tile.ring : !tile.ring<2, tensor<4x4xf32>>
  tile.store %a, %O[%c0, %c0] dims = [0, 1] : tensor<4x4xf32>, memref<?x4xf32>
  %f = tile.acquire %ring : !tile.ring<2, tensor<4x4xf32>>
  tile.copy %f, %O[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x4xf32>
  tile.commit %f : !tile.slot<fill, tensor<4x4xf32>>
  %r = tile.wait %ring : !tile.ring<2, tensor<4x4xf32>>
  tile.release %r : !tile.slot<read, tensor<4x4xf32>>
  tile.yield
}

// -----

// Every write counts, and every argument that a launch passes the same piece of memory as.
// REMARK: [tile-specialise] role = none: a ring is filled from memory that the program writes
// CHECK-LABEL: tile.kernel @reads_a_scalar_that_it_stores
// CHECK-NOT: tile.roles
tile.kernel @reads_a_scalar_that_it_stores(%O: memref<?x4xf32>, %P: memref<?x4xf32>, %n: f32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %ring = tile.ring : !tile.ring<2, tensor<4x4xf32>>
  memref.store %n, %P[%c0, %c0] : memref<?x4xf32>
  %f = tile.acquire %ring : !tile.ring<2, tensor<4x4xf32>>
  tile.copy %f, %O[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x4xf32>
  tile.commit %f : !tile.slot<fill, tensor<4x4xf32>>
  %r = tile.wait %ring : !tile.ring<2, tensor<4x4xf32>>
  tile.release %r : !tile.slot<read, tensor<4x4xf32>>
  tile.yield
}
launch.entry @e(%X: memref<?x4xf32>, %n: f32) results() contract { launch.yield shapes() } body {
  launch.kernel @reads_a_scalar_that_it_stores(%X, %X, %n) : memref<?x4xf32>, memref<?x4xf32>, f32
  launch.return
}
