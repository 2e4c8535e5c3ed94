// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s | attn-opt | FileCheck %s --strict-whitespace
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

!rows = memref<?x?x64xf32, strided<[?, ?, 1], offset: ?>>
!lens = memref<?xi32, strided<[1], offset: ?>>

func.func private @rows(!rows, !rows, f32, index, index, index, memref<?xi8>)
    attributes {launch.kernel, launch.scratch = 4096 : i64}
// CHECK: func.func private @rows_v4
// CHECK-SAME: attributes {launch.cpu_level = 4 : i64, launch.kernel, launch.variant_of = @rows}
func.func private @rows_v4(!rows, !rows, f32, index, index, index, memref<?xi8>)
    attributes {launch.kernel, launch.cpu_level = 4 : i64, launch.variant_of = @rows}

// CHECK-LABEL: launch.entry @all
// CHECK-SAME: (%q: memref<{{.*}}>, %cu: memref<{{.*}}>, %n: index, %scale: f32) results(%o: memref<{{.*}}>)
// CHECK-NOT: arg_names
// CHECK: contract {
launch.entry @all(%q: !rows, %cu: !lens, %n: index, %scale: f32) results(%o: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[DIM:.*]] = memref.dim %q
  %b = memref.dim %q, %c0 : !rows
  %m = memref.dim %q, %c1 : !rows
  %d = arith.constant 64 : index
  // CHECK: launch.check multiple_of %[[DIM]], %n, "expected groups"
  launch.check multiple_of %b, %n, "expected groups"
  // CHECK: launch.check eq
  launch.check eq %b, %n, "a"
  // CHECK: launch.check le
  launch.check le %b, %n, "b"
  // CHECK: launch.check lt
  launch.check lt %b, %n, "c"
  // CHECK: launch.expect %cu cumulative bound(%{{.*}}) : memref<?xi32
  launch.expect %cu cumulative bound(%m) : !lens
  // CHECK: launch.expect %q may_alias : memref
  launch.expect %q may_alias : !rows
  // CHECK: launch.expect %q any_inner_stride : memref
  launch.expect %q any_inner_stride : !rows
  // CHECK: launch.yield shapes(%[[DIM]], %{{.*}}, %{{.*}})
  launch.yield shapes(%b, %m, %d)
// CHECK: } body {
} body {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %b = memref.dim %q, %c0 : !rows
  // CHECK: %[[W:.*]] = launch.workspace(%[[B:.*]], %n) : memref<?x?x64xf32>
  %w = launch.workspace(%b, %n) : memref<?x?x64xf32>
  // CHECK: launch.workspace() offset(%n) : memref<4xf32>
  %s = launch.workspace() offset(%n) : memref<4xf32>
  // CHECK: launch.fill %[[W]], %{{.*}} : memref<?x?x64xf32>, f32
  launch.fill %w, %zero : memref<?x?x64xf32>, f32
  launch.fill %s, %zero : memref<4xf32>, f32
  %p = memref.cast %w : memref<?x?x64xf32> to !rows
  // CHECK: launch.kernel @rows grid(%[[B]], %n, %n) (%q, %{{.*}}, %scale) : memref
  launch.kernel @rows grid(%b, %n, %n) (%q, %p, %scale) : !rows, !rows, f32
  %long = arith.cmpi sgt, %n, %b : index
  scf.if %long {
    launch.kernel @twice(%p, %o) : !rows, !rows
  }
  // CHECK: launch.kernel @none()
  launch.kernel @none()
  // CHECK: launch.return
  launch.return
}

// Promises about lists of blocks, and names that no SSA value could have.
// CHECK-LABEL: launch.entry @lists
// CHECK-SAME: attributes {arg_names = ["my counts", "indices", "mask"]}
launch.entry @lists(%counts: memref<?x?xi32>, %indices: memref<?x?x?xi32>, %mask: memref<?xi8>)
    attributes {arg_names = ["my counts", "indices", "mask"]}
contract {
  %c16 = arith.constant 16 : index
  // CHECK: launch.expect %{{.*}} lengths bound(%{{.*}}) : memref<?x?xi32>
  launch.expect %counts lengths bound(%c16) : memref<?x?xi32>
  // CHECK: launch.expect %indices indices(%{{.*}}) bound(%{{.*}}) : memref<?x?x?xi32>, memref<?x?xi32>
  launch.expect %indices indices(%counts) bound(%c16) : memref<?x?x?xi32>, memref<?x?xi32>
  // CHECK: launch.expect %mask boolean : memref<?xi8>
  launch.expect %mask boolean : memref<?xi8>
  // CHECK: launch.yield shapes() workspace(%{{.*}})
  launch.yield shapes() workspace(%c16)
} body {
  launch.return
}

tile.kernel @twice(%src: !rows, %dst: !rows)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}
tile.kernel @none()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}
