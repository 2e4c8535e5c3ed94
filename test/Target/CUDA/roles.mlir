// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rings, roles and products in flight, on the whole program.
// RUN: attn-opt %S/Inputs/attention-roles.mlir --cuda-select-instructions --cuda-assign-layouts --cuda-form-descriptors --cuda-materialise-sync --canonicalize --cse \
// RUN:   --cuda-allocate-shared --tile-to-nvvm | FileCheck %s

// Three tensors are copied by descriptor; the loads take a group of four warps, each team another.
// CHECK-LABEL: llvm.func @attend
// CHECK-SAME: llvm.byval = !llvm.array<16 x i64>
// CHECK-SAME: launch.descriptors = [{argument = 0 : i64, box = array<i64: 64, 128, 1, 1>, dims = array<i64: 3, 2, 1, 0>, element = "bf16", swizzle = 128 : i64}
// CHECK-SAME: launch.threads = 384 : i64
// CHECK-SAME: nvvm.minctasm = 1 : i32
// Barriers exist before a role starts.
// CHECK: nvvm.mbarrier.init
// CHECK: nvvm.fence.mbarrier.init
// CHECK: nvvm.barrier
// CHECK: nvvm.setmaxregister decrease 24
// CHECK: nvvm.mbarrier.try_wait.parity
// CHECK: mbarrier.arrive.expect_tx
// CHECK: cp.async.bulk.tensor.4d
// CHECK: nvvm.setmaxregister increase 240
// Scores first, both operands in shared memory; in the loop the scores of this block and the weights of the last one are
// in flight together: the first wait leaves one running.
// CHECK: wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK: scf.for
// CHECK: wgmma.mma_async
// CHECK: wgmma.mma_async
// CHECK: nvvm.wgmma.wait.group.sync.aligned 1
// CHECK: nvvm.wgmma.wait.group.sync.aligned 0
