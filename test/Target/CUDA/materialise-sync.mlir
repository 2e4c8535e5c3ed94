// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-assign-layouts --cuda-materialise-sync --canonicalize --cse --split-input-file 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

!plane = memref<?x64xbf16>
!ring = !tile.ring<2, tensor<64x64xbf16>>
!fill = !tile.slot<fill, tensor<64x64xbf16>>
!read = !tile.slot<read, tensor<64x64xbf16>>

// The slots lie as the ring's did. A copy announces its bytes, once; four warps read, so four arrive. Each role carries a stage and a phase.
// REMARK: [cuda-materialise-sync] rings = 1: became slots and barriers
// CHECK-LABEL: tile.kernel @copied
// CHECK: %[[M:.*]] = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 64, panels = 1>]} : !tile.slots<2, tensor<64x64xbf16>>
// CHECK: %[[FULL:.*]] = tile.barriers {arrivals = 1 : i64} : !tile.barriers<2>
// CHECK: %[[EMPTY:.*]] = tile.barriers {arrivals = 4 : i64} : !tile.barriers<2>
// CHECK: role @load
// CHECK: scf.for {{.*}} iter_args(%[[S:.*]] = %c0_i32, %[[P:.*]] = %c0_i32) -> (i32, i32)
// CHECK: %[[FLIPPED:.*]] = arith.xori %[[P]], %c1_i32
// CHECK: tile.pass %[[EMPTY]][%[[S]]], %[[FLIPPED]]
// CHECK: %[[SLOT:.*]] = tile.slot %[[M]][%[[S]]]
// CHECK: tile.arrive %[[FULL]][%[[S]]] {bytes = 8192 : i64}
// CHECK: tile.copy %[[SLOT]], {{.*}} signals %[[FULL]][%[[S]]] {bytes = 8192 : i64}
// CHECK: role @math
// CHECK: tile.pass %[[FULL]][%[[S2:.*]]], %
// CHECK: tile.issue
// CHECK: tile.await %{{.*}} {outstanding = 0 : i64}
// CHECK: tile.arrive %[[EMPTY]][%[[S2]]] {count = 4 : i64}
// CHECK-NOT: tile.acquire
// CHECK-NOT: tile.ring
tile.kernel @copied(%K: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = tile.ring : !ring
  tile.roles
  role @load warps = 1 (%t) {
    scf.for %i = %c0 to %n step %c1 {
      %f = tile.acquire %r : !ring
      tile.copy %f, %K[%i, %c0] dims = [0, 1] : !fill, !plane
      tile.commit %f : !fill
    }
    tile.yield
  }
  role @math (%t) {
    scf.for %i = %c0 to %n step %c1 {
      %s = tile.wait %r : !ring
      %p = tile.issue %s, %s {transB} : !read, !read -> !tile.pending<tensor<64x64xf32>>
      %o = tile.await %p : !tile.pending<tensor<64x64xf32>> -> tensor<64x64xf32>
      tile.release %s : !read
      tile.store %o, %O[%i, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
    }
    tile.yield
  }
  tile.yield
}

// -----

!plane = memref<?x64xbf16>
!ring = !tile.ring<1, tensor<64x64xbf16>>
!fill = !tile.slot<fill, tensor<64x64xbf16>>
!read = !tile.slot<read, tensor<64x64xbf16>>

// What threads put is fenced, and every warp arrives. One slot has no stage to carry. A baton has no slots.
// CHECK-LABEL: tile.kernel @put
// CHECK-COUNT-1: tile.slots
// CHECK: tile.barriers {arrivals = 4 : i64}
// CHECK: scf.for {{.*}} iter_args(%[[P:.*]] = %c0_i32) -> (i32)
// CHECK: tile.put
// CHECK-NEXT: tile.fence
// CHECK-NEXT: tile.arrive %{{.*}}[%c0_i32] {count = 4 : i64}
// CHECK: tile.arrive %{{.*}}[%c0_i32] {count = 4 : i64}
tile.kernel @put(%K: !plane, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = tile.ring : !ring
  %baton = tile.ring : !tile.ring<1>
  tile.roles
  role @make (%t) {
    scf.for %i = %c0 to %n step %c1 {
      %k = tile.load %K[%i, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
      %f = tile.acquire %r : !ring
      tile.put %k, %f : tensor<64x64xbf16>, !fill
      tile.commit %f : !fill
      %b = tile.acquire %baton : !tile.ring<1>
      tile.commit %b : !tile.slot<fill>
    }
    tile.yield
  }
  role @math (%t) {
    scf.for %i = %c0 to %n step %c1 {
      %s = tile.wait %r : !ring
      tile.release %s : !read
      %b = tile.wait %baton : !tile.ring<1>
      tile.release %b : !tile.slot<read>
    }
    tile.yield
  }
  tile.yield
}
