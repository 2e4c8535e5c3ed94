// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tile.list, tile.list_rows, tile.length and tile.entry refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @list_c1(%a: index) {
  // expected-error @below {{'tile.list' op expects a result of '!tile.list<ranges>', but got '!tile.list<rows>'}}
  %l = tile.list (%a, %a, full) : !tile.list<rows>
  return
}

// -----

func.func @list_c2(%a: index) {
  // expected-error @below {{'tile.list' op expects a lower and an upper end for each segment, but got 3 ends}}
  %l = "tile.list"(%a, %a, %a) <{partial = array<i1: true>}> : (index, index, index) -> !tile.list<ranges>
  return
}

// -----

func.func @list_c2_one(%a: index) {
  // expected-error @below {{'tile.list' op expects a lower and an upper end for each segment, but got 1 ends}}
  %l = "tile.list"(%a) <{partial = array<i1>}> : (index) -> !tile.list<ranges>
  return
}

// -----

func.func @list_c3(%a: index) {
  // expected-error @below {{'tile.list' op expects one partial flag for each segment, but got 2 flags and 1 segments}}
  %l = "tile.list"(%a, %a) <{partial = array<i1: true, false>}> : (index, index) -> !tile.list<ranges>
  return
}

// -----

func.func @list_c4(%a: index) {
  // expected-error @below {{custom op 'tile.list' expects 'full' or 'partial', but got 'half'}}
  %l = tile.list (%a, %a, half) : !tile.list<ranges>
  return
}

// -----

func.func @list_comma(%a: index) {
  // expected-error @below {{expected '('}}
  %l = tile.list (%a, %a, full), : !tile.list<ranges>
  return
}

// -----

func.func @list_two_parts(%a: index) {
  // expected-error @below {{expected SSA operand}}
  %l = tile.list (%a, full) : !tile.list<ranges>
  return
}

// -----

func.func @list_i32(%a: i32) {
  // expected-error @below {{'tile.list' op operand #0 must be variadic of index, but got 'i32'}}
  %l = "tile.list"(%a, %a) <{partial = array<i1: true>}> : (i32, i32) -> !tile.list<ranges>
  return
}

// -----

func.func @list_result(%a: index) {
  // expected-error @below {{'tile.list' op result #0 must be block list, but got 'index'}}
  %l = "tile.list"(%a, %a) <{partial = array<i1: true>}> : (index, index) -> index
  return
}

// -----

// expected-error @below {{expected ::attn::tile::ListKind to be one of: ranges, rows}}
// expected-error @below {{failed to parse Tile_List parameter 'kind' which is to be a `::attn::tile::ListKind`}}
func.func @list_kind_word() -> !tile.list<columns> {
  return
}

// -----

func.func @list_flags_missing(%a: index) {
  // expected-error @below {{'tile.list' op requires attribute 'partial'}}
  %l = "tile.list"(%a, %a) : (index, index) -> !tile.list<ranges>
  return
}

// -----

func.func @list_rows_c1(%c: memref<?xi32>, %x: memref<?x?xi32>, %r: index) {
  // expected-error @below {{'tile.list_rows' op expects a result of '!tile.list<rows>', but got '!tile.list<ranges>'}}
  %l = tile.list_rows %c, %x[%r] : memref<?xi32>, memref<?x?xi32> -> !tile.list<ranges>
  return
}

// -----

func.func @list_rows_c2(%c: memref<?x?xi32>, %x: memref<?x?xi32>, %r: index) {
  // expected-error @below {{'tile.list_rows' op expects counts of rank 1, one dim for each row index, but got 'memref<?x?xi32>'}}
  %l = tile.list_rows %c, %x[%r] : memref<?x?xi32>, memref<?x?xi32> -> !tile.list<rows>
  return
}

// -----

func.func @list_rows_c3(%c: memref<?xi32>, %x: memref<?xi32>, %r: index) {
  // expected-error @below {{'tile.list_rows' op expects indices of rank 2, but got 'memref<?xi32>'}}
  %l = tile.list_rows %c, %x[%r] : memref<?xi32>, memref<?xi32> -> !tile.list<rows>
  return
}

// -----

func.func @list_rows_c4(%c: memref<?xi32>, %x: memref<?x?xi32>, %p: memref<i32>, %r: index) {
  // expected-error @below {{'tile.list_rows' op expects partials of rank 1, but got 'memref<i32>'}}
  %l = tile.list_rows %c, %x, %p[%r] : memref<?xi32>, memref<?x?xi32>, memref<i32> -> !tile.list<rows>
  return
}

// -----

func.func @list_rows_i64(%c: memref<?xi64>, %x: memref<?x?xi32>, %r: index) {
  // expected-error @below {{'tile.list_rows' op operand #0 must be memref of 32-bit signless integer values, but got 'memref<?xi64>'}}
  %l = tile.list_rows %c, %x[%r] : memref<?xi64>, memref<?x?xi32> -> !tile.list<rows>
  return
}

// -----

func.func @list_rows_of_tensor(%c: tensor<?xi32>, %x: memref<?x?xi32>, %r: index) {
  // expected-error @below {{custom op 'tile.list_rows' invalid kind of type specified: expected builtin.memref, but found 'tensor<?xi32>'}}
  %l = tile.list_rows %c, %x[%r] : tensor<?xi32>, memref<?x?xi32> -> !tile.list<rows>
  return
}

// -----

// expected-note @below {{prior use here}}
func.func @list_rows_row_i32(%c: memref<?xi32>, %x: memref<?x?xi32>, %r: i32) {
  // expected-error @below {{use of value '%r' expects different type than prior uses: 'index' vs 'i32'}}
  %l = tile.list_rows %c, %x[%r] : memref<?xi32>, memref<?x?xi32> -> !tile.list<rows>
  return
}

// -----

func.func @list_rows_segment_sizes(%c: memref<?xi32>, %x: memref<?x?xi32>, %r: index) {
  // expected-error @below {{'tile.list_rows' op operand count (3) does not match with the total size (6) specified in attribute 'operandSegmentSizes'}}
  %l = "tile.list_rows"(%c, %x, %r) <{operandSegmentSizes = array<i32: 1, 1, 3, 1>}>
    : (memref<?xi32>, memref<?x?xi32>, index) -> !tile.list<rows>
  return
}

// -----

func.func @list_rows_unranked(%c: memref<*xi32>, %x: memref<?x?xi32>, %r: index) {
  // expected-error @below {{custom op 'tile.list_rows' invalid kind of type specified: expected builtin.memref, but found 'memref<*xi32>'}}
  %l = tile.list_rows %c, %x[%r] : memref<*xi32>, memref<?x?xi32> -> !tile.list<rows>
  return
}

// -----

func.func @length_of_index(%l: index) {
  // expected-error @below {{expected '<'}}
  %p, %n = tile.length %l : index
  return
}

// -----

func.func @length_of_index_generic(%l: index) {
  // expected-error @below {{'tile.length' op operand #0 must be block list, but got 'index'}}
  %p, %n = "tile.length"(%l) : (index) -> (index, index)
  return
}

// -----

func.func @length_one_name(%l: !tile.list<rows>) {
  // expected-error @below {{operation defines 2 results but was provided 3 to bind}}
  %p, %n, %m = tile.length %l : !tile.list<rows>
  return
}

// -----

func.func @length_one_result(%l: !tile.list<rows>) {
  // expected-error @below {{'tile.length' op expected 2 results}}
  %p = "tile.length"(%l) : (!tile.list<rows>) -> index
  return
}

// -----

func.func @length_i32(%l: !tile.list<rows>) {
  // expected-error @below {{'tile.length' op result #1 must be index, but got 'i32'}}
  %p:2 = "tile.length"(%l) : (!tile.list<rows>) -> (index, i32)
  return
}

// -----

// expected-note @below {{prior use here}}
func.func @length_other_kind(%l: !tile.list<rows>) {
  // expected-error @below {{use of value '%l' expects different type than prior uses: '!tile.list<ranges>' vs '!tile.list<rows>'}}
  %p:2 = tile.length %l : !tile.list<ranges>
  return
}

// -----

func.func @length_of_nothing() {
  // expected-error @below {{'tile.length' op requires a single operand}}
  %p:2 = "tile.length"() : () -> (index, index)
  return
}

// -----

func.func @length_untyped(%l: !tile.list<rows>) {
  // expected-error @below {{expected ':'}}
  %p:2 = tile.length %l
  return
}

// -----

func.func @entry_position_missing(%l: !tile.list<rows>) {
  // expected-error @below {{expected ','}}
  %b, %p = tile.entry %l : !tile.list<rows>
  return
}

// -----

func.func @entry_of_index(%l: index) {
  // expected-error @below {{expected '<'}}
  %b, %p = tile.entry %l, %l : index
  return
}

// -----

func.func @entry_of_index_generic(%l: index) {
  // expected-error @below {{'tile.entry' op operand #0 must be block list, but got 'index'}}
  %b, %p = "tile.entry"(%l, %l) : (index, index) -> (index, i1)
  return
}

// -----

// expected-note @below {{prior use here}}
func.func @entry_position_i32(%l: !tile.list<rows>, %t: i32) {
  // expected-error @below {{use of value '%t' expects different type than prior uses: 'index' vs 'i32'}}
  %b, %p = tile.entry %l, %t : !tile.list<rows>
  return
}

// -----

func.func @entry_partial_i8(%l: !tile.list<rows>, %t: index) {
  // expected-error @below {{'tile.entry' op result #1 must be 1-bit signless integer, but got 'i8'}}
  %b, %p = "tile.entry"(%l, %t) : (!tile.list<rows>, index) -> (index, i8)
  return
}

// -----

func.func @entry_one_result(%l: !tile.list<rows>, %t: index) {
  // expected-error @below {{'tile.entry' op expected 2 results}}
  %b = "tile.entry"(%l, %t) : (!tile.list<rows>, index) -> index
  return
}

// -----

func.func @entry_three_results(%l: !tile.list<rows>, %t: index) {
  // expected-error @below {{operation defines 2 results but was provided 3 to bind}}
  %b:3 = tile.entry %l, %t : !tile.list<rows>
  return
}

// -----

func.func @entry_untyped(%l: !tile.list<rows>, %t: index) {
  // expected-error @below {{expected ':'}}
  %b:2 = tile.entry %l, %t
  return
}
