// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A result whose store pins a copy leaves through a slot; the interpreter runs all forms of it (unit tests).
// RUN: attn-opt %attn_src/lib/Variants/alibi.mlir --attn-specialise="D=128 type=bf16" --attn-fuse --attn-fold-masks \
// RUN:   --attn-split-keys --attn-to-tile="rows=128 cols=64" 2>/dev/null \
// RUN:   | sed '/tile.store/ s/ : tensor<128x128xbf16>/ {epilogue = #tile.epilogue<copy>}&/' > %t.mlir
// RUN: attn-opt %t.mlir --tile-overlap-cuda --cuda-assign-layouts --cuda-form-descriptors --cuda-materialise-sync --cuda-allocate-shared \
// RUN:   -o %t.sync.mlir 2> %t.remarks
// RUN: FileCheck %s --input-file=%t.sync.mlir
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: attn-opt %t.mlir --tile-overlap-cuda -o %t.roles.mlir 2>/dev/null
// RUN: attn-compile %t.roles.mlir --target=cuda:sm_90a --emit=ptx -o %t.ptx
// RUN: FileCheck %s --check-prefix=DEVICE --input-file=%t.ptx

// The tensor map of the result has the box of its slot, and the slot the layout of every other.
// REMARK: remark: [tile-lower-epilogue] epilogue = copy: rows leave whole, from a slot of 32768 bytes
// REMARK: remark: [cuda-assign-layouts] layout = #cuda.panels<swizzle = 128, rows = 128, panels = 2>: 'tensor<128x128xbf16>' in rows of 64 columns
// CHECK: tile.kernel
// CHECK-SAME: descriptors = [
// CHECK-SAME: box = array<i64: 64, 128, 1, 1>
// CHECK: tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 128, panels = 2>], offset = 0 : i64} : !tile.slots<1, tensor<128x128xbf16>>
// CHECK: role @math
// CHECK: %[[F:.*]] = tile.slot {{.*}} -> !tile.slot<fill, tensor<128x128xbf16>>
// CHECK: tile.put %{{.*}}, %[[F]]
// CHECK-NEXT: tile.fence
// CHECK-NEXT: tile.arrive %[[FULL:.*]][%{{.*}}] {count = 8 : i64}
// CHECK: tile.pass %[[FULL]]
// CHECK: %[[P:.*]] = tile.copy_out {{.*}}dims = [2, 3]{{.*}} {descriptor = {{[0-9]}} : i64}
// CHECK-NEXT: tile.await %[[P]]
// CHECK-NEXT: tile.arrive %{{.*}} {count = 8 : i64}
// CHECK-NOT: tile.store %{{.*}} : tensor<128x128xbf16>

// Matrices to the slot, a fence, one copy for each panel by one thread, and a wait until they have read it.
// DEVICE-COUNT-8: stmatrix.sync.aligned.m8n8.x4.shared.b16
// DEVICE: fence.proxy.async.shared::cta
// DEVICE-COUNT-2: cp.async.bulk.tensor.4d.global.shared::cta.tile.bulk_group
// DEVICE: cp.async.bulk.commit_group
// DEVICE: cp.async.bulk.wait_group.read 0
