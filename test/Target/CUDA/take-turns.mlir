// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// DEFINE: %{form} = attn-opt %s --cuda-select-instructions --tile-insert-rings --tile-issue-products --tile-skew --tile-specialise
// RUN: %{form} --cuda-take-turns --split-input-file -o %t 2> %t.remarks && FileCheck %s --input-file=%t
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: %{form} --cuda-take-turns --cuda-assign-layouts --cuda-form-descriptors --cuda-materialise-sync --canonicalize --cuda-allocate-shared \
// RUN:   --tile-to-nvvm --split-input-file 2>/dev/null | FileCheck %s --check-prefix=NVVM

!plane = memref<?x64xbf16>

// Two groups of four warps: one computes exponentials while the other's products run. The first product of a turn begins it,
// the last one before anything is awaited ends it. The last group gives the first its first turn, and takes its last one back.
// REMARK: [cuda-take-turns] turns = 2: a group of warps computes while another's products run
// CHECK-LABEL: tile.kernel @two_groups
// CHECK: role @math
// CHECK-NOT: turn
// CHECK: scf.for
// CHECK: tile.issue {{.*}} {begins_turn, stage = 0 : i64, transB}
// CHECK: tile.issue {{.*}} {ends_turn, stage = 1 : i64}
// CHECK: tile.await
// CHECK: } {skew = true}
// CHECK-NOT: turn
// NVVM-LABEL: llvm.func @two_groups
// NVVM: "bar.arrive $0, 256;"
// NVVM: scf.for
// NVVM: "bar.sync $0, 256;"
// NVVM: wgmma.mma_async
// NVVM: wgmma.mma_async
// NVVM: "bar.arrive $0, 256;"
// A wait stays behind the arithmetic that it stands behind.
// NVVM: nvvm.wgmma.wait.group.sync.aligned 1
// NVVM: @never st.volatile.shared.f32
// NVVM-NEXT: nvvm.wgmma.wait.group.sync.aligned 0
// NVVM: "bar.sync $0, 256;"
tile.kernel @two_groups(%Q: !plane, %K: !plane, %V: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<128x64xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<128x64xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0) -> tensor<128x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %v = tile.load %V[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k {transB} : tensor<128x64xbf16>, tensor<64x64xbf16> -> tensor<128x64xf32>
    %p = math.exp2 %s : tensor<128x64xf32>
    %b = arith.truncf %p : tensor<128x64xf32> to tensor<128x64xbf16>
    %scaled = arith.mulf %acc, %p : tensor<128x64xf32>
    %next = tile.mma %b, %v, %scaled : tensor<128x64xbf16>, tensor<64x64xbf16>, tensor<128x64xf32> -> tensor<128x64xf32>
    scf.yield %next : tensor<128x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<128x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// One group has nobody to wait for.
// CHECK-LABEL: tile.kernel @one_group
// CHECK-NOT: turn
// NVVM-LABEL: llvm.func @one_group
// NVVM-NOT: bar.arrive
tile.kernel @one_group(%Q: !plane, %K: !plane, %V: !plane, %O: memref<?x64xf32>, %n: index)
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
    %v = tile.load %V[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %p = math.exp2 %s : tensor<64x64xf32>
    %b = arith.truncf %p : tensor<64x64xf32> to tensor<64x64xbf16>
    %scaled = arith.mulf %acc, %p : tensor<64x64xf32>
    %next = tile.mma %b, %v, %scaled : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %next : tensor<64x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// Nothing is computed beside a product.
// CHECK-LABEL: tile.kernel @one_product
// CHECK-NOT: turn
tile.kernel @one_product(%Q: !plane, %K: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %o0 = arith.constant dense<0.0> : tensor<128x64xf32>
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<128x64xbf16>
  %o = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0) -> tensor<128x64xf32> {
    %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    %s = tile.mma %q, %k, %acc {transB} : tensor<128x64xbf16>, tensor<64x64xbf16>, tensor<128x64xf32> -> tensor<128x64xf32>
    scf.yield %s : tensor<128x64xf32>
  }
  tile.store %o, %O[%x, %c0] dims = [0, 1] : tensor<128x64xf32>, memref<?x64xf32>
  tile.yield
}
