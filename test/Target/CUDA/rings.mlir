// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-select-instructions --cuda-assign-layouts --cuda-form-descriptors --cuda-materialise-sync --canonicalize --cse --cuda-allocate-shared --tile-to-nvvm \
// RUN:   --split-input-file | FileCheck %s

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!sums = memref<?x64xf32, strided<[?, 1], offset: ?>>

// Where registers need not move, the role of one warp comes last and takes no group of four. A product of 16 rows reads its
// operand in the slot. A copy that may end inside its tensor lands at a barrier of its own, and the rows behind are cleared;
// two rings that are as deep and that a role moves on together share a place: one stage, one phase, carried by the loop.
// CHECK-LABEL: llvm.func @few_rows
// CHECK-SAME: launch.threads = 64 : i64
// CHECK-NOT: llvm.alloca
// CHECK: scf.for {{.*}} -> (i32, i32, i32)
// CHECK: cp.async.bulk.tensor.2d
// CHECK: scf.if {{.*}} -> (i32)
// CHECK: mbarrier.arrive.expect_tx
// CHECK: cp.async.bulk.tensor.2d
// CHECK: else
// CHECK: cp.async.bulk.tensor.2d
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xi32>
// CHECK: fence.proxy.async
// CHECK: ldmatrix.sync
// CHECK: mma.sync.aligned.m16n8k16
// CHECK-NOT: nvvm.barrier
// CHECK: llvm.return
tile.kernel @few_rows(%q: !plane, %k: !plane, %v: !plane, %o: !sums, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %ring = tile.ring : !tile.ring<2, tensor<64x64xbf16>>
  %other = tile.ring : !tile.ring<2, tensor<64x64xbf16>>
  tile.roles
  role @load warps = 1 registers = 24 (%t) {
    scf.for %i = %c0 to %n step %c1 {
      %slot = tile.acquire %ring : !tile.ring<2, tensor<64x64xbf16>>
      tile.copy %slot, %k[%i, %c0] dims = [0, 1] : !tile.slot<fill, tensor<64x64xbf16>>, !plane
      tile.commit %slot : !tile.slot<fill, tensor<64x64xbf16>>
      %part = tile.acquire %other : !tile.ring<2, tensor<64x64xbf16>>
      tile.copy %part, %v[%i, %c0] dims = [0, 1] bounds(%n, %c64) : !tile.slot<fill, tensor<64x64xbf16>>, !plane
      tile.commit %part : !tile.slot<fill, tensor<64x64xbf16>>
    }
    tile.yield
  }
  role @math warps = 1 registers = 240 (%t) {
    %a = tile.load %q[%x, %c0] dims = [0, 1] : !plane -> tensor<16x64xbf16>
    scf.for %i = %c0 to %n step %c1 {
      %slot = tile.wait %ring : !tile.ring<2, tensor<64x64xbf16>>
      %b = tile.read %slot : !tile.slot<read, tensor<64x64xbf16>> -> tensor<64x64xbf16>
      %s = tile.mma %a, %b {transB} : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
      tile.release %slot : !tile.slot<read, tensor<64x64xbf16>>
      %part = tile.wait %other : !tile.ring<2, tensor<64x64xbf16>>
      %c = tile.read %part : !tile.slot<read, tensor<64x64xbf16>> -> tensor<64x64xbf16>
      %w = arith.truncf %s : tensor<16x64xf32> to tensor<16x64xbf16>
      %p = tile.mma %w, %c : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
      tile.release %part : !tile.slot<read, tensor<64x64xbf16>>
      tile.store %p, %o[%x, %c0] dims = [0, 1] : tensor<16x64xf32>, !sums
    }
    tile.yield
  }
  tile.yield
}
