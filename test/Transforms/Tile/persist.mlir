// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-insert-rings --tile-issue-products --tile-specialise --tile-persist --canonicalize \
// RUN:   --split-input-file -o %t 2> %t.remarks
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: attn-opt %s --cuda-select-instructions --tile-insert-rings --tile-issue-products --tile-specialise --tile-persist \
// RUN:   --cuda-assign-layouts --cuda-form-descriptors --cuda-materialise-sync --canonicalize --cuda-allocate-shared --tile-to-nvvm --split-input-file 2>/dev/null \
// RUN:   | FileCheck %s --check-prefix=NVVM

!plane = memref<?x64xbf16>

// Programs of a triangle differ in length: they run in turn. Each role goes through the points of its block, pair by pair.
// REMARK: [tile-persist] persistent = true: programs differ in length
// CHECK-LABEL: tile.kernel @triangle
// CHECK: persistent = true
// CHECK: = tile.ring :
// CHECK-NEXT: = tile.ring :
// CHECK-NEXT: tile.roles
// CHECK: role @load
// CHECK: %[[B:.*]], %[[BLOCKS:.*]] = tile.blocks
// CHECK: tile.extents
// CHECK: scf.for {{.*}} : i32
// CHECK: tile.blocks
// CHECK: arith.select
// CHECK: scf.if
// CHECK: tile.copy
// CHECK: role @math
// CHECK: tile.blocks
// CHECK: scf.for {{.*}} : i32
// CHECK: scf.if
// CHECK: tile.issue
// NVVM-LABEL: llvm.func @triangle
// NVVM-SAME: llvm.byval = !llvm.array<3 x i64>
// NVVM-SAME: launch.persistent = true
// NVVM: nvvm.read.ptx.sreg.nctaid.x
// NVVM: scf.for {{.*}} : i32
// NVVM: arith.select
// NVVM: scf.if
// NVVM: cp.async.bulk.tensor
// NVVM: scf.for {{.*}} : i32
// NVVM: scf.if
// NVVM: wgmma
tile.kernel @triangle(%Q: !plane, %K: !plane, %O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.addi %x, %c1 : index
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

// REMARK: [tile-persist] persistent = false: programs have one length, and no products beside the next iteration's
// CHECK-LABEL: tile.kernel @square
// CHECK: persistent = false
// NVVM-LABEL: llvm.func @square
// NVVM-NOT: launch.persistent
tile.kernel @square(%Q: !plane, %K: !plane, %O: memref<?x64xf32>, %n: index)
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

// REMARK: [tile-persist] persistent = false: there are no roles of which one could be ahead
// CHECK-LABEL: tile.kernel @copy
tile.kernel @copy(%Q: memref<?x64xf32>, %O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<64x64xf32>
  tile.store %q, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

// A decision that stands there is kept.
// CHECK-LABEL: tile.kernel @pinned
// CHECK: persistent = false
tile.kernel @pinned(%Q: memref<?x64xf32>) attributes {persistent = false}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}
