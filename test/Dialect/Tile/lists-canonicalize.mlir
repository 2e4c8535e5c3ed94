// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and rewrites of block lists, and of the store that a constant mask decides.
// RUN: attn-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @empty_segments_go
func.func @empty_segments_go(%a: index, %b: index) -> !tile.list<ranges> {
  // CHECK: tile.list (%{{.*}}, %{{.*}}, partial) : <ranges>
  %c3 = arith.constant 3 : index
  %c2 = arith.constant 2 : index
  %l = tile.list (%a, %a, full), (%a, %b, partial), (%c3, %c2, full) : !tile.list<ranges>
  return %l : !tile.list<ranges>
}

// CHECK-LABEL: func @known_segments_stay
func.func @known_segments_stay() -> !tile.list<ranges> {
  // CHECK: tile.list (%{{.*}}, %{{.*}}, full) : <ranges>
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %l = tile.list (%c2, %c3, full) : !tile.list<ranges>
  return %l : !tile.list<ranges>
}

// CHECK-LABEL: func @length_of_constants_is_known
func.func @length_of_constants_is_known() -> (index, index) {
  // CHECK-DAG: %[[P:.*]] = arith.constant 2 : index
  // CHECK-DAG: %[[N:.*]] = arith.constant 5 : index
  // CHECK: return %[[P]], %[[N]]
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c6 = arith.constant 6 : index
  %l = tile.list (%c1, %c3, partial), (%c3, %c6, full), (%c6, %c1, full) : !tile.list<ranges>
  %p, %n = tile.length %l : !tile.list<ranges>
  return %p, %n : index, index
}

// CHECK-LABEL: func @length_of_nothing_is_zero
func.func @length_of_nothing_is_zero() -> (index, index) {
  // CHECK: %[[Z:.*]] = arith.constant 0 : index
  // CHECK: return %[[Z]], %[[Z]]
  %l = tile.list : !tile.list<ranges>
  %p, %n = tile.length %l : !tile.list<ranges>
  return %p, %n : index, index
}

// CHECK-LABEL: func @length_beyond_an_index_stays
func.func @length_beyond_an_index_stays() -> (index, index) {
  // CHECK: tile.length
  %low = arith.constant -9223372036854775808 : index
  %high = arith.constant 9223372036854775807 : index
  %l = tile.list (%low, %high, full) : !tile.list<ranges>
  %p, %n = tile.length %l : !tile.list<ranges>
  return %p, %n : index, index
}

// CHECK-LABEL: func @length_of_unknown_stays
func.func @length_of_unknown_stays(%a: index) -> (index, index) {
  // CHECK: tile.length
  %c1 = arith.constant 1 : index
  %l = tile.list (%c1, %a, full) : !tile.list<ranges>
  %p, %n = tile.length %l : !tile.list<ranges>
  return %p, %n : index, index
}

// CHECK-LABEL: func @entry_of_full_list_is_full
func.func @entry_of_full_list_is_full(%a: index, %b: index, %t: index) -> (index, i1) {
  // CHECK-DAG: %[[F:.*]] = arith.constant false
  // CHECK-DAG: %[[B:.*]], %{{.*}} = tile.entry
  // CHECK: return %[[B]], %[[F]] : index, i1
  %l = tile.list (%a, %b, full), (%b, %t, full) : !tile.list<ranges>
  %k, %p = tile.entry %l, %t : !tile.list<ranges>
  return %k, %p : index, i1
}

// CHECK-LABEL: func @entry_of_partial_list_is_partial
func.func @entry_of_partial_list_is_partial(%a: index, %b: index, %t: index) -> (index, i1) {
  // CHECK-DAG: %[[T:.*]] = arith.constant true
  // CHECK-DAG: %[[B:.*]], %{{.*}} = tile.entry
  // CHECK: return %[[B]], %[[T]] : index, i1
  %l = tile.list (%a, %b, partial) : !tile.list<ranges>
  %k, %p = tile.entry %l, %t : !tile.list<ranges>
  return %k, %p : index, i1
}

// CHECK-LABEL: func @entry_of_mixed_list_is_asked
func.func @entry_of_mixed_list_is_asked(%a: index, %b: index, %t: index) -> (index, i1) {
  // CHECK: %[[B:.*]], %[[P:.*]] = tile.entry
  // CHECK: return %[[B]], %[[P]] : index, i1
  %l = tile.list (%a, %b, partial), (%b, %t, full) : !tile.list<ranges>
  %k, %p = tile.entry %l, %t : !tile.list<ranges>
  return %k, %p : index, i1
}

// CHECK-LABEL: func @entry_without_partials_is_full
func.func @entry_without_partials_is_full(%c: memref<?xi32>, %x: memref<?x?xi32>, %t: index) -> i1 {
  // CHECK: %[[F:.*]] = arith.constant false
  // CHECK: return %[[F]] : i1
  %l = tile.list_rows %c, %x[%t] : memref<?xi32>, memref<?x?xi32> -> !tile.list<rows>
  %k, %p = tile.entry %l, %t : !tile.list<rows>
  return %p : i1
}

// CHECK-LABEL: func @entry_with_partials_is_asked
func.func @entry_with_partials_is_asked(%c: memref<?xi32>, %x: memref<?x?xi32>, %t: index) -> i1 {
  // CHECK: %{{.*}}, %[[P:.*]] = tile.entry
  // CHECK: return %[[P]] : i1
  %l = tile.list_rows %c, %x, %c[%t] : memref<?xi32>, memref<?x?xi32>, memref<?xi32> -> !tile.list<rows>
  %k, %p = tile.entry %l, %t : !tile.list<rows>
  return %p : i1
}

// CHECK-LABEL: func @unread_lists_go
func.func @unread_lists_go(%c: memref<?xi32>, %x: memref<?x?xi32>, %t: index) {
  // CHECK-NEXT: return
  %l = tile.list_rows %c, %x[%t] : memref<?xi32>, memref<?x?xi32> -> !tile.list<rows>
  %p, %n = tile.length %l : !tile.list<rows>
  %k:2 = tile.entry %l, %t : !tile.list<rows>
  %u = tile.load %x[%t, %t] dims = [0, 1] : memref<?x?xi32> -> tensor<4x4xi32>
  return
}

// CHECK-LABEL: func @mask_of_ones_goes
func.func @mask_of_ones_goes(%m: memref<?x?xf32>, %t: tensor<4x4xf32>, %i: index) {
  // CHECK-NEXT: tile.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] dims = [0, 1] : tensor<4x4xf32>, memref<?x?xf32>
  %ones = arith.constant dense<true> : tensor<4x4xi1>
  tile.store %t, %m[%i, %i] dims = [0, 1] mask(%ones : tensor<4x4xi1>) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// CHECK-LABEL: func @store_under_zeros_goes
func.func @store_under_zeros_goes(%m: memref<?x?xf32>, %t: tensor<4x4xf32>, %i: index) {
  // CHECK-NEXT: return
  %zeros = arith.constant dense<false> : tensor<4x4xi1>
  tile.store %t, %m[%i, %i] dims = [0, 1] mask(%zeros : tensor<4x4xi1>) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// CHECK-LABEL: func @store_under_mask_stays
func.func @store_under_mask_stays(%m: memref<?x?xf32>, %t: tensor<1x2xf32>, %i: index) {
  // CHECK: tile.store {{.*}} mask(
  %some = arith.constant dense<[[true, false]]> : tensor<1x2xi1>
  tile.store %t, %m[%i, %i] dims = [0, 1] mask(%some : tensor<1x2xi1>) : tensor<1x2xf32>, memref<?x?xf32>
  return
}
