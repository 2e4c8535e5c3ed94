// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of rings, slots and their ops.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s
// RUN: attn-opt %s --canonicalize --cse | FileCheck %s

!plane = memref<?x?x64xbf16>
!tile = tensor<128x64xbf16>

// CHECK-LABEL: func @fill
func.func @fill(%m: !plane, %i: index, %x: tensor<128x1xi32>, %t: !tile) {
  // CHECK: %[[R:.*]] = tile.ring : !tile.ring<2, tensor<128x64xbf16>>
  %r = tile.ring : !tile.ring<2, !tile>
  // CHECK: %[[F:.*]] = tile.acquire %[[R]] : !tile.ring<2, tensor<128x64xbf16>>
  %f = tile.acquire %r : !tile.ring<2, !tile>
  // CHECK: tile.copy %[[F]], %{{.*}}[%[[I:.*]], %[[I]], %[[I]]] dims = [1, 2] : !tile.slot<fill, tensor<128x64xbf16>>, memref<?x?x64xbf16>
  tile.copy %f, %m[%i, %i, %i] dims = [1, 2] : !tile.slot<fill, !tile>, !plane
  // CHECK: tile.copy {{.*}} dims = [1, 2] bounds(%[[I]], %[[I]]) {mine} :
  tile.copy %f, %m[%i, %i, %i] dims = [1, 2] bounds(%i, %i) {mine} : !tile.slot<fill, !tile>, !plane
  // CHECK: tile.copy {{.*}} dims = [-1, 2] index [1](%{{.*}} : tensor<128x1xi32>) :
  tile.copy %f, %m[%i, %i, %i] dims = [-1, 2] index [1](%x : tensor<128x1xi32>) : !tile.slot<fill, !tile>, !plane
  // CHECK: tile.put %{{.*}}, %[[F]] : tensor<128x64xbf16>, !tile.slot<fill, tensor<128x64xbf16>>
  tile.put %t, %f : !tile, !tile.slot<fill, !tile>
  // CHECK: tile.commit %[[F]] : !tile.slot<fill, tensor<128x64xbf16>>
  tile.commit %f : !tile.slot<fill, !tile>
  return
}

// CHECK-LABEL: func @read
func.func @read(%m: !plane, %i: index, %r: !tile.ring<1, !tile, tensor<1x64xf32>>) -> (tensor<64x64xbf16>, tensor<1x64xf32>) {
  // CHECK: %[[S:.*]] = tile.wait %{{.*}} : !tile.ring<1, tensor<128x64xbf16>, tensor<1x64xf32>>
  %s = tile.wait %r : !tile.ring<1, !tile, tensor<1x64xf32>>
  // CHECK: %[[V:.*]] = tile.view %[[S]][%{{.*}}, %{{.*}}] : !tile.slot<read, tensor<128x64xbf16>, tensor<1x64xf32>> -> !tile.slot<read, tensor<64x64xbf16>>
  %v = tile.view %s[%i, %i] : !tile.slot<read, !tile, tensor<1x64xf32>> -> !tile.slot<read, tensor<64x64xbf16>>
  // CHECK: %[[W:.*]] = tile.view %[[S]] {part = 1 : i64} :
  %w = tile.view %s {part = 1} : !tile.slot<read, !tile, tensor<1x64xf32>> -> !tile.slot<read, tensor<1x64xf32>>
  // CHECK: tile.read %[[V]] : !tile.slot<read, tensor<64x64xbf16>> -> tensor<64x64xbf16>
  %a = tile.read %v : !tile.slot<read, tensor<64x64xbf16>> -> tensor<64x64xbf16>
  %b = tile.read %w : !tile.slot<read, tensor<1x64xf32>> -> tensor<1x64xf32>
  // CHECK: %[[P:.*]] = tile.copy_out %[[V]], %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}] dims = [1, 2] bounds(%{{.*}}, %{{.*}}) : !tile.slot<read, tensor<64x64xbf16>>, memref<?x?x64xbf16> -> !tile.pending
  %p = tile.copy_out %v, %m[%i, %i, %i] dims = [1, 2] bounds(%i, %i)
    : !tile.slot<read, tensor<64x64xbf16>>, !plane -> !tile.pending
  // CHECK: tile.await %[[P]] : !tile.pending
  tile.await %p : !tile.pending
  // CHECK: tile.release %[[S]] :
  tile.release %s : !tile.slot<read, !tile, tensor<1x64xf32>>
  return %a, %b : tensor<64x64xbf16>, tensor<1x64xf32>
}

// A ring without tiles is a baton.
// CHECK-LABEL: func @baton
func.func @baton(%r: !tile.ring<1>) {
  // CHECK: tile.acquire %{{.*}} : !tile.ring<1>
  %f = tile.acquire %r : !tile.ring<1>
  // CHECK: tile.commit %{{.*}} : !tile.slot<fill>
  tile.commit %f : !tile.slot<fill>
  %s = tile.wait %r : !tile.ring<1>
  tile.release %s : !tile.slot<read>
  return
}
