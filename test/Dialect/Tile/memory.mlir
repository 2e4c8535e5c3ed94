// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of tile.load and tile.store.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

!strided = memref<?x?x?xbf16, strided<[?, ?, 1], offset: ?>>

// CHECK-LABEL: func @load
func.func @load(%m: !strided, %s: memref<f32>, %f: memref<?x?xi1>, %i: index, %x: tensor<1x16xi32>, %y: tensor<8x1xi32>) {
  // CHECK: tile.load %[[M:.*]][%[[I:.*]], %[[I]], %[[I]]] dims = [1, 2] : memref<?x?x?xbf16, strided<[?, ?, 1], offset: ?>> -> tensor<8x16xbf16>
  %0 = tile.load %m[%i, %i, %i] dims = [1, 2] : !strided -> tensor<8x16xbf16>
  // CHECK: tile.load %[[M]][%[[I]], %[[I]], %[[I]]] dims = [2, 0] bounds(%[[I]], %[[I]]) pad 1.000000e+00 : bf16 {mine} :
  %1 = tile.load %m[%i, %i, %i] dims = [2, 0] bounds(%i, %i) pad 1.0 : bf16 {mine} : !strided -> tensor<8x16xbf16>
  // CHECK: tile.load %[[M]][%[[I]], %[[I]], %[[I]]] dims = [-1, 2] bounds(%[[I]]) :
  %2 = tile.load %m[%i, %i, %i] dims = [-1, 2] bounds(%i) : !strided -> tensor<1x16xbf16>
  // CHECK: tile.load %[[M]][%[[I]], %[[I]], %[[I]]] dims = [-1, -1] index [2, 0](%{{.*}}, %{{.*}} : tensor<1x16xi32>, tensor<8x1xi32>) :
  %3 = tile.load %m[%i, %i, %i] dims = [-1, -1] index [2, 0](%x, %y : tensor<1x16xi32>, tensor<8x1xi32>)
    : !strided -> tensor<8x16xbf16>
  // CHECK: tile.load %{{.*}}[] dims = [-1, -1] : memref<f32> -> tensor<1x1xf32>
  %4 = tile.load %s[] dims = [-1, -1] : memref<f32> -> tensor<1x1xf32>
  // CHECK: tile.load %{{.*}}[%[[I]], %[[I]]] dims = [0, 1] pad true : memref<?x?xi1> -> tensor<8x16xi1>
  %5 = tile.load %f[%i, %i] dims = [0, 1] pad true : memref<?x?xi1> -> tensor<8x16xi1>
  return
}

// CHECK-LABEL: func @store
func.func @store(%m: !strided, %t: tensor<8x16xbf16>, %k: tensor<8x16xi1>, %i: index, %x: tensor<8x16xi32>) {
  // CHECK: tile.store %[[T:.*]], %[[M:.*]][%[[I:.*]], %[[I]], %[[I]]] dims = [1, 2] : tensor<8x16xbf16>, memref<?x?x?xbf16, strided<[?, ?, 1], offset: ?>>
  tile.store %t, %m[%i, %i, %i] dims = [1, 2] : tensor<8x16xbf16>, !strided
  // CHECK: tile.store %[[T]], %[[M]][%[[I]], %[[I]], %[[I]]] dims = [2, 1] bounds(%[[I]], %[[I]]) mask(%{{.*}} : tensor<8x16xi1>) {mine} :
  tile.store %t, %m[%i, %i, %i] dims = [2, 1] bounds(%i, %i) mask(%k : tensor<8x16xi1>) {mine} : tensor<8x16xbf16>, !strided
  // CHECK: tile.store %[[T]], %[[M]][%[[I]], %[[I]], %[[I]]] dims = [-1, -1] index [2](%{{.*}} : tensor<8x16xi32>) mask(%{{.*}} : tensor<8x16xi1>) :
  tile.store %t, %m[%i, %i, %i] dims = [-1, -1] index [2](%x : tensor<8x16xi32>) mask(%k : tensor<8x16xi1>)
    : tensor<8x16xbf16>, !strided
  return
}
