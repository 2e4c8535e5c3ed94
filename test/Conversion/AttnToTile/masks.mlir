// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Block lists: ranges in closed form, tables, and masks that are only known pair by pair.
// RUN: attn-opt --attn-to-tile="rows=16 cols=32" --canonicalize --cse %s 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t

!tokens = tensor<?x?x?x8xf32>

// CHECK-LABEL: tile.kernel @window_attend
// CHECK: tile.list (%[[LO:.*]], %[[A:.*]], partial), (%[[A]], %[[B:.*]], full), (%[[B]], %{{.*}}, partial) : <ranges>
func.func @window(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %mask = attn.window left = 100 right = 0
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = bottom_right)
      results(output) : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}

// The tile's columns are the table's; only the end of the keys can make a block partial.
// REMARK: remark: [attn-to-tile] rows = 64, cols = 48: the mask's table has blocks of 64 x 48
// CHECK-LABEL: tile.kernel @table_attend
// CHECK: %[[LIST:.*]] = tile.list_rows %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}]
// CHECK: scf.for
// CHECK:   %[[BLOCK:.*]], %{{.*}} = tile.entry %[[LIST]]
// CHECK:   %[[FIRST:.*]] = arith.muli %[[BLOCK]], %c48
// CHECK:   %[[END:.*]] = arith.addi %[[FIRST]], %c48
// CHECK:   %[[PARTIAL:.*]] = arith.cmpi slt, %{{.*}}, %[[END]]
// CHECK:   scf.if %[[PARTIAL]]
// CHECK-LABEL: launch.entry @table
// CHECK: launch.expect %arg3 lengths bound(
// CHECK: launch.expect %arg4 indices(%arg3) bound(
func.func @table(%q: !tokens, %k: !tokens, %v: !tokens, %counts: tensor<?x1x?xi32>, %indices: tensor<?x1x?x?xi32>)
    -> !tokens {
  %mask = attn.blocks %counts, %indices block(64, 48) : tensor<?x1x?xi32>, tensor<?x1x?x?xi32>
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}

// A dense mask and a full bias are read along rows and columns, booleans as bytes.
// CHECK-LABEL: tile.kernel @dense_attend
// CHECK: tile.load {{.*}} dims = [2, 3] : memref<?x1x?x?xi8, {{.*}} -> tensor<16x32xi8>
// CHECK: arith.cmpi ne, %{{.*}}, %{{.*}} : tensor<16x32xi8>
// CHECK-LABEL: launch.entry @dense
// CHECK: launch.expect %arg3 boolean
func.func @dense(%q: !tokens, %k: !tokens, %v: !tokens, %table: tensor<?x1x?x?xi1>) -> !tokens {
  %mask = attn.dense %table : tensor<?x1x?x?xi1>
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}

// Index maps: along a row, along a column, a gather by an index tile.
// CHECK-LABEL: tile.kernel @lookups_attend
// CHECK: %[[ROW:.*]] = tile.load {{.*}} dims = [0, -1] : {{.*}} -> tensor<16x1xi32>
// CHECK: scf.for
// CHECK:   tile.load {{.*}} dims = [-1, 0] : {{.*}} -> tensor<1x32xi32>
// CHECK:   tile.load {{.*}} dims = [-1, -1] index [0](%{{.*}} : tensor<16x32xi32>)
func.func @lookups(%q: !tokens, %k: !tokens, %v: !tokens, %ids: tensor<?xi32>, %far: tensor<?xi32>) -> !tokens {
  %mask = attn.mask_region (%ids, %far : tensor<?xi32>, tensor<?xi32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xi32>, %n: !attn.captured<?xi32>):
    %row = attn.query_index
    %column = attn.key_index
    %a = attn.lookup %m[%row] : !attn.captured<?xi32>
    %c = attn.lookup %m[%column] : !attn.captured<?xi32>
    %sum = arith.addi %i, %j : index
    %d = attn.lookup %n[%sum] : !attn.captured<?xi32>
    %same = arith.cmpi eq, %a, %c : i32
    %near = arith.cmpi slt, %d, %a : i32
    %both = arith.andi %same, %near : i1
    attn.yield %both : i1
  }
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}

// Without ranges, a kernel classifies every block once; partial entries first, then the full ones. One list serves all
// heads and batch entries, because the region asks for neither.
// CHECK-LABEL: tile.kernel @derived_lists
// CHECK: %[[COUNTS:.*]]:2 = scf.for
// CHECK:   arith.cmpi
// CHECK:   scf.if
// CHECK:     memref.store
// CHECK:   scf.if
// CHECK:     memref.store
// CHECK: scf.for
// CHECK:   memref.load
// CHECK:   memref.store
// CHECK: memref.store
// CHECK: memref.store
// CHECK-LABEL: tile.kernel @derived_attend
// CHECK: tile.list_rows %{{.*}}, %{{.*}}, %{{.*}}[%c0, %c0, %{{.*}}]
// CHECK-LABEL: launch.entry @derived
// CHECK: launch.workspace({{.*}}) : memref<1x1x?xi32>
// CHECK: launch.kernel @derived_lists
// CHECK: launch.kernel @derived_attend
func.func @derived(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %mask = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %size = arith.constant 40 : index
    %row = arith.floordivsi %i, %size : index
    %column = arith.floordivsi %j, %size : index
    %same = arith.cmpi eq, %row, %column : index
    attn.yield %same : i1
  }
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}
