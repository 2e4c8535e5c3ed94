// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of the block lists.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: func @lists
func.func @lists(%a: index, %b: index, %c: memref<?x?xi32>, %x: memref<?x?x?xi32>, %n: memref<i32>, %m: memref<4xi32>) {
  // CHECK: tile.list : <ranges>
  %0 = tile.list : !tile.list<ranges>
  // CHECK: tile.list (%[[A:.*]], %[[B:.*]], full) {mine} : <ranges>
  %1 = tile.list (%a, %b, full) {mine} : !tile.list<ranges>
  // CHECK: tile.list (%[[A]], %[[B]], partial), (%[[B]], %[[A]], full) : <ranges>
  %2 = tile.list (%a, %b, partial), (%b, %a, full) : !tile.list<ranges>
  // CHECK: tile.list_rows %{{.*}}, %{{.*}}[%[[A]], %[[B]]] : memref<?x?xi32>, memref<?x?x?xi32> -> <rows>
  %3 = tile.list_rows %c, %x[%a, %b] : memref<?x?xi32>, memref<?x?x?xi32> -> !tile.list<rows>
  // CHECK: tile.list_rows %{{.*}}, %{{.*}}, %{{.*}}[%[[A]], %[[B]]] {mine}
  // CHECK-SAME: : memref<?x?xi32>, memref<?x?x?xi32>, memref<?x?xi32> -> <rows>
  %4 = tile.list_rows %c, %x, %c[%a, %b] {mine}
    : memref<?x?xi32>, memref<?x?x?xi32>, memref<?x?xi32> -> !tile.list<rows>
  // CHECK: tile.list_rows %{{.*}}, %{{.*}}[] : memref<i32>, memref<4xi32> -> <rows>
  %5 = tile.list_rows %n, %m[] : memref<i32>, memref<4xi32> -> !tile.list<rows>
  // CHECK: %{{.*}}, %{{.*}} = tile.length %{{.*}} : <ranges>
  %6:2 = tile.length %2 : !tile.list<ranges>
  // CHECK: tile.length %{{.*}} {mine} : <rows>
  %7:2 = tile.length %4 {mine} : !tile.list<rows>
  // CHECK: %{{.*}}, %{{.*}} = tile.entry %{{.*}}, %[[A]] : <ranges>
  %8:2 = tile.entry %2, %a : !tile.list<ranges>
  // CHECK: tile.entry %{{.*}}, %[[B]] {mine} : <rows>
  %9:2 = tile.entry %4, %b {mine} : !tile.list<rows>
  return
}
