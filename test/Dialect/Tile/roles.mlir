// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of roles and claim, and what passes leave of them.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s
// RUN: attn-opt %s --canonicalize --cse --loop-invariant-code-motion | FileCheck %s

!tile = tensor<128x64xbf16>

// CHECK-LABEL: tile.kernel @two_roles
tile.kernel @two_roles(%K: memref<?x64xbf16>, %O: memref<?x64xbf16>, %n: index, %counter: memref<?xi32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  // CHECK: %[[R:.*]] = tile.ring
  %ring = tile.ring : !tile.ring<2, !tile>
  // CHECK: tile.roles attributes {mine}
  // CHECK-NEXT: role @load warps = 1 registers = 24 (%{{.*}}) {
  tile.roles attributes {mine}
  role @load warps = 1 registers = 24 (%team) {
    // CHECK: tile.claim %{{.*}}[%{{.*}}] : memref<?xi32>
    %next = tile.claim %counter[%c0] : memref<?xi32>
    // CHECK: scf.for
    scf.for %t = %c0 to %n step %c1 {
      // CHECK: %[[F:.*]] = tile.acquire %[[R]]
      %f = tile.acquire %ring : !tile.ring<2, !tile>
      // CHECK-NEXT: tile.copy %[[F]]
      tile.copy %f, %K[%next, %c0] dims = [0, 1] : !tile.slot<fill, !tile>, memref<?x64xbf16>
      // CHECK-NEXT: tile.commit %[[F]]
      tile.commit %f : !tile.slot<fill, !tile>
    }
    // CHECK: tile.yield
    tile.yield
  }
  // CHECK: role @math teams = 2 (%[[TEAM:.*]]) {
  role @math teams = 2 (%team) {
    // CHECK: arith.muli %[[TEAM]]
    %row = arith.muli %team, %c64 : index
    scf.for %t = %c0 to %n step %c1 {
      // CHECK: %[[S:.*]] = tile.wait %[[R]]
      %s = tile.wait %ring : !tile.ring<2, !tile>
      // CHECK-NEXT: %[[V:.*]] = tile.view %[[S]]
      %v = tile.view %s[%row, %c0] : !tile.slot<read, !tile> -> !tile.slot<read, tensor<64x64xbf16>>
      // CHECK-NEXT: %[[T:.*]] = tile.read %[[V]]
      %a = tile.read %v : !tile.slot<read, tensor<64x64xbf16>> -> tensor<64x64xbf16>
      // CHECK-NEXT: tile.release %[[S]]
      tile.release %s : !tile.slot<read, !tile>
      // CHECK-NEXT: tile.store %[[T]]
      tile.store %a, %O[%row, %c0] dims = [0, 1] : tensor<64x64xbf16>, memref<?x64xbf16>
    }
    tile.yield
  }
  tile.yield
}

// A product in flight and the slot that it reads are carried from one iteration to the next.
// CHECK-LABEL: tile.kernel @carried
tile.kernel @carried(%O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ring = tile.ring : !tile.ring<2, tensor<64x64xbf16>>
  %q = arith.constant dense<1.0> : tensor<64x64xbf16>
  tile.roles
  role @load (%team) {
    %f = tile.acquire %ring : !tile.ring<2, tensor<64x64xbf16>>
    tile.put %q, %f : tensor<64x64xbf16>, !tile.slot<fill, tensor<64x64xbf16>>
    tile.commit %f : !tile.slot<fill, tensor<64x64xbf16>>
    scf.for %t = %c0 to %n step %c1 {
      %g = tile.acquire %ring : !tile.ring<2, tensor<64x64xbf16>>
      tile.put %q, %g : tensor<64x64xbf16>, !tile.slot<fill, tensor<64x64xbf16>>
      tile.commit %g : !tile.slot<fill, tensor<64x64xbf16>>
    }
    tile.yield
  }
  role @math (%team) {
    %s0 = tile.wait %ring : !tile.ring<2, tensor<64x64xbf16>>
    %p0 = tile.issue %q, %s0 : tensor<64x64xbf16>, !tile.slot<read, tensor<64x64xbf16>> -> !tile.pending<tensor<64x64xf32>>
    // CHECK: scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}}, %[[P:.*]] = %{{.*}})
    %s, %p = scf.for %t = %c0 to %n step %c1 iter_args(%s1 = %s0, %p1 = %p0)
        -> (!tile.slot<read, tensor<64x64xbf16>>, !tile.pending<tensor<64x64xf32>>) {
      // CHECK: %[[A:.*]] = tile.await %[[P]]
      %a = tile.await %p1 : !tile.pending<tensor<64x64xf32>> -> tensor<64x64xf32>
      // CHECK-NEXT: tile.release %[[S]]
      tile.release %s1 : !tile.slot<read, tensor<64x64xbf16>>
      %s2 = tile.wait %ring : !tile.ring<2, tensor<64x64xbf16>>
      %p2 = tile.issue %q, %s2, %a : tensor<64x64xbf16>, !tile.slot<read, tensor<64x64xbf16>>, tensor<64x64xf32>
          -> !tile.pending<tensor<64x64xf32>>
      scf.yield %s2, %p2 : !tile.slot<read, tensor<64x64xbf16>>, !tile.pending<tensor<64x64xf32>>
    }
    %o = tile.await %p : !tile.pending<tensor<64x64xf32>> -> tensor<64x64xf32>
    tile.release %s : !tile.slot<read, tensor<64x64xbf16>>
    tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
    tile.yield
  }
  tile.yield
}
