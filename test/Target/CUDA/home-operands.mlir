// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Left operands stay in a thread's registers over a loop while it holds little; else the largest lie in shared memory, from
// which every step of the product reads its part.
// RUN: attn-opt %s --cuda-select-instructions=tables=warp -o %t.selected 2>/dev/null
// RUN: attn-opt %t.selected --pass-pipeline="builtin.module(tile.kernel(cuda-home-operands))" -o %t 2> %t.remarks
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: attn-opt %t.selected --pass-pipeline="builtin.module(tile.kernel(cuda-home-operands{chip=sm_90a}))" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=LARGE
// RUN: attn-opt %t --pass-pipeline="builtin.module(tile.kernel(cuda-home-operands))" 2>&1 | FileCheck %s --check-prefix=AGAIN
// RUN: attn-opt %t --tile-to-nvvm | FileCheck %s --check-prefix=NVVM
// AGAIN-COUNT-6: remark: [cuda-home-operands] a = {{registers|slot}}: pinned

!f = memref<?x128xf32>

// REMARK: remark: [cuda-home-operands] a = slot: 256 of 544 bytes that a thread holds over the loop
// REMARK: remark: [cuda-home-operands] a = registers: 128 of 288 bytes that a thread holds over the loop
// CHECK-LABEL: tile.kernel @heads_of_16_bits
// CHECK: tile.mma {{.*}} by(#cuda.mma<m16n8k16, bf16, a = registers>) {transB} :
// CHECK: tile.mma {{.*}} by(#cuda.mma<m16n8k16, bf16, a = slot>) {transB} :
// The large operand is copied before the loop, and no register passes it on.
// NVVM-LABEL: llvm.func @heads_of_16_bits
// NVVM: nvvm.cp.async.shared.global
// NVVM: nvvm.cp.async.commit.group
// NVVM: scf.for {{.*}} {
// NVVM: nvvm.cp.async.wait.group
// NVVM: nvvm.barrier
// NVVM: ldmatrix.sync.aligned.m8n8.x4.shared.b16
tile.kernel @heads_of_16_bits(%Q: memref<?x128xbf16>, %W: memref<?x256xbf16>, %K: memref<?x128xbf16>, %X: memref<?x256xbf16>, %O: memref<?x80xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<64x80xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : memref<?x128xbf16> -> tensor<64x128xbf16>
  %w = tile.load %W[%x, %c0] dims = [0, 1] : memref<?x256xbf16> -> tensor<64x256xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %zero) -> tensor<64x80xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : memref<?x128xbf16> -> tensor<80x128xbf16>
    %r = tile.load %X[%t, %c0] dims = [0, 1] : memref<?x256xbf16> -> tensor<80x256xbf16>
    %s = tile.mma %q, %k, %acc {transB} : tensor<64x128xbf16>, tensor<80x128xbf16>, tensor<64x80xf32> -> tensor<64x80xf32>
    %u = tile.mma %w, %r, %s {transB} : tensor<64x256xbf16>, tensor<80x256xbf16>, tensor<64x80xf32> -> tensor<64x80xf32>
    scf.yield %u : tensor<64x80xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x80xf32>, memref<?x80xf32>
  tile.yield
}

// Both parts of an f32 are held. What a loop makes or passes on, or is read once, is not asked about.
// REMARK: remark: [cuda-home-operands] a = registers: pinned
// REMARK: remark: [cuda-home-operands] a = slot: 512 of 640 bytes that a thread holds over the loop
// CHECK-LABEL: tile.kernel @heads_of_f32
// CHECK: tile.mma {{.*}} by(#cuda.mma<m16n8k8, tf32, products = 3>) {transB} :
// CHECK: scf.for
// CHECK: tile.mma {{.*}} by(#cuda.mma<m16n8k8, tf32, products = 3, a = slot>) {transB} :
// CHECK: tile.mma {{.*}} by(#cuda.mma<m16n8k8, tf32, products = 3>) :
// CHECK: tile.mma {{.*}} by(#cuda.mma<m16n8k8, tf32, products = 3>) {transA} :
// CHECK: tile.mma {{.*}} by(#cuda.mma<m16n8k8, tf32, a = registers>) :
// Threads keep few addresses, each of many elements.
// NVVM-LABEL: llvm.func @heads_of_f32
// NVVM: scf.for
// NVVM: llvm.load {{.*}} {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xf32>
tile.kernel @heads_of_f32(%Q: !f, %K: memref<?x64xf32>, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !f -> tensor<64x128xf32>
  %h = tile.load %K[%c0, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<64x64xf32>
  %first = tile.mma %q, %q {transB} : tensor<64x128xf32>, tensor<64x128xf32> -> tensor<64x64xf32>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%state = %first) -> tensor<64x64xf32> {
    %k = tile.load %Q[%t, %c0] dims = [0, 1] : !f -> tensor<64x128xf32>
    %v = tile.load %K[%t, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<64x64xf32>
    %s = tile.mma %q, %k {transB} : tensor<64x128xf32>, tensor<64x128xf32> -> tensor<64x64xf32>
    %u = tile.mma %state, %v, %s : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %w = tile.mma %h, %v, %u {transA} : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %last = tile.mma %w, %v by(#cuda.mma<m16n8k8, tf32, a = registers>) : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %last : tensor<64x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// A slot would save nothing where something else reads the registers.
// REMARK: remark: [cuda-home-operands] a = registers: 512 of 768 bytes that a thread holds over the loop, where 'arith.addf' reads registers
// CHECK-LABEL: tile.kernel @read_by_others
// CHECK: by(#cuda.mma<m16n8k8, tf32, products = 3, a = registers>)
tile.kernel @read_by_others(%Q: !f, %O: !f, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !f -> tensor<32x128xf32>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %q) -> tensor<32x128xf32> {
    %k = tile.load %Q[%t, %c0] dims = [0, 1] : !f -> tensor<128x128xf32>
    %s = tile.mma %q, %k, %acc : tensor<32x128xf32>, tensor<128x128xf32>, tensor<32x128xf32> -> tensor<32x128xf32>
    %u = arith.addf %s, %q : tensor<32x128xf32>
    scf.yield %u : tensor<32x128xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<32x128xf32>, !f
  tile.yield
}

// Beside what is shared anyway, 64 KiB of right operand here and a transposition, the operand must fit the chip.
// REMARK: a = registers: 512 of 768 bytes that a thread holds over the loop, but 155904 bytes of shared memory are more than 101376
// LARGE: a = slot: 512 of 768 bytes that a thread holds over the loop
tile.kernel @memory_of_the_chip(%Q: !f, %O: !f, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : tensor<32x128xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !f -> tensor<32x128xf32>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %zero) -> tensor<32x128xf32> {
    %k = tile.load %Q[%t, %c0] dims = [0, 1] : !f -> tensor<128x128xf32>
    %s = tile.mma %q, %k, %acc : tensor<32x128xf32>, tensor<128x128xf32>, tensor<32x128xf32> -> tensor<32x128xf32>
    %turned = tile.transpose %k : tensor<128x128xf32> -> tensor<128x128xf32>
    tile.store %turned, %O[%t, %c0] dims = [0, 1] : tensor<128x128xf32>, !f
    scf.yield %s : tensor<32x128xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<32x128xf32>, !f
  tile.yield
}
