// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a variant of the catalogue to the schedule of hand-written kernels, by passes that know loads, products and loops.
// RUN: attn-opt %attn_src/lib/Variants/alibi.mlir --attn-specialise="D=128 type=bf16" --attn-fuse --attn-fold-masks \
// RUN:   --attn-split-keys --attn-to-tile="rows=128 cols=128" --tile-overlap-cuda -o %t.mlir 2>/dev/null
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: attn-compile %t.mlir --target=cuda:sm_90a --emit=ptx -o %t.ptx
// RUN: FileCheck %s --check-prefix=PTX --input-file=%t.ptx

// CHECK: tile.ring : !tile.ring<1, tensor<128x128xbf16>>
// CHECK: tile.ring : !tile.ring<2, tensor<128x128xbf16>>
// CHECK: role @load warps = 1 registers = 24
// CHECK: tile.copy
// CHECK: role @math warps = 8 registers = 240
// CHECK: scf.for
// CHECK: tile.issue {{.*}}stage = 0
// CHECK: tile.issue {{.*}}stage = 1
// CHECK: tile.await
// CHECK: math.exp2 {{.*}} fastmath<afn>
// CHECK: tile.await

// PTX: setmaxnreg.dec
// PTX: cp.async.bulk.tensor.4d
// PTX: setmaxnreg.inc
// PTX: wgmma.mma_async.sync.aligned.m64n128k16
// PTX: ex2.approx
