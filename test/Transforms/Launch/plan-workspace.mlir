// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --launch-plan-workspace --canonicalize --cse | FileCheck %s
// Planning again changes nothing.
// RUN: attn-opt %s --launch-plan-workspace --launch-plan-workspace --canonicalize --cse | FileCheck %s

// CHECK-LABEL: launch.entry @one
launch.entry @one(%n: index)
contract {
  // CHECK: %[[BYTES:.*]] = arith.muli %n, %c4
  // CHECK: %[[LINES:.*]] = arith.ceildivui %[[BYTES]], %c64
  // CHECK: %[[TOTAL:.*]] = arith.muli %[[LINES]], %c64
  // CHECK: launch.yield shapes() workspace(%[[TOTAL]])
  %c0 = arith.constant 0 : index
  launch.yield shapes() workspace(%c0)
} body {
  // CHECK: launch.workspace(%n) offset(%c0) : memref<?xf32>
  %zero = arith.constant 0.0 : f32
  %w = launch.workspace(%n) : memref<?xf32>
  launch.fill %w, %zero : memref<?xf32>, f32
  launch.return
}

// Extents of arguments and of other pieces, static extents, a piece inside a condition.
// CHECK-LABEL: launch.entry @several
launch.entry @several(%x: memref<?x8xf32>, %flag: i1)
contract {
  // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[C192:.*]] = arith.constant 192 : index
  // CHECK: %[[M:.*]] = memref.dim %x, %[[C0]]
  // CHECK: launch.yield shapes() workspace(%[[ALL:.*]])
  launch.yield shapes()
} body {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %bz = arith.constant 0.0 : bf16
  %m = memref.dim %x, %c0 : memref<?x8xf32>
  // CHECK: memref.dim %x
  // CHECK: %[[OFFSET:.*]] = arith.addi %[[FIRST:.*]], %{{.*}}
  // CHECK: launch.workspace(%{{.*}}) offset(%c0) : memref<?x3xi32>
  %a = launch.workspace(%m) : memref<?x3xi32>
  // CHECK: launch.workspace() offset(%[[FIRST]]) : memref<5x13xbf16>
  %b = launch.workspace() : memref<5x13xbf16>
  launch.fill %a, %zero : memref<?x3xi32>, i32
  launch.fill %b, %bz : memref<5x13xbf16>, bf16
  // CHECK: scf.if
  scf.if %flag {
    %d = memref.dim %a, %c0 : memref<?x3xi32>
    // CHECK: launch.workspace(%{{.*}}) offset(%[[OFFSET]]) : memref<?xi32>
    %c = launch.workspace(%d) : memref<?xi32>
    launch.fill %c, %zero : memref<?xi32>, i32
  }
  launch.return
}

// What is computed of an extent of another piece is computed again in the contract.
// CHECK-LABEL: launch.entry @of_another
launch.entry @of_another(%n: index)
contract {
  // CHECK: %[[BLOCKS:.*]] = arith.ceildivui %n, %c96
  // CHECK: arith.muli %[[BLOCKS]], %c4
  launch.yield shapes()
} body {
  %c0 = arith.constant 0 : index
  %c96 = arith.constant 96 : index
  %zero = arith.constant 0 : i32
  %a = launch.workspace(%n) : memref<?xi32>
  launch.fill %a, %zero : memref<?xi32>, i32
  %m = memref.dim %a, %c0 : memref<?xi32>
  %blocks = arith.ceildivui %m, %c96 : index
  %b = launch.workspace(%blocks) : memref<?xi32>
  launch.fill %b, %zero : memref<?xi32>, i32
  launch.return
}

// CHECK-LABEL: launch.entry @none
// CHECK: launch.yield shapes(){{$}}
launch.entry @none()
contract { launch.yield shapes() } body { launch.return }
