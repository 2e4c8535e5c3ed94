// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --launch-inline-grids | FileCheck %s

tile.kernel @twice(%src: memref<?x64xf32>, %rows: index)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %src, %c0 : memref<?x64xf32>
  %x = arith.ceildivui %m, %rows : index
  tile.yield %x, %rows, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// CHECK-LABEL: launch.entry @grids
launch.entry @grids(%a: memref<?x64xf32>, %b: memref<?x64xf32>, %n: index)
contract {
  launch.yield shapes()
} body {
  // CHECK: %[[A:.*]] = memref.dim %a
  // CHECK: %[[X:.*]] = arith.ceildivui %[[A]], %n
  // CHECK: launch.kernel @twice grid(%[[X]], %n, %{{.*}}) (%a, %n)
  launch.kernel @twice(%a, %n) : memref<?x64xf32>, index
  %c1 = arith.constant 1 : index
  %any = arith.cmpi ne, %n, %c1 : index
  // CHECK: scf.if
  scf.if %any {
    // CHECK: %[[B:.*]] = memref.dim %b
    // CHECK: %[[Y:.*]] = arith.ceildivui %[[B]], %n
    // CHECK: launch.kernel @twice grid(%[[Y]], %n, %{{.*}}) (%b, %n)
    launch.kernel @twice(%b, %n) : memref<?x64xf32>, index
  }
  // A grid that is there stays.
  // CHECK: launch.kernel @twice grid(%n, %n, %n) (%b, %n)
  launch.kernel @twice grid(%n, %n, %n) (%b, %n) : memref<?x64xf32>, index
  launch.return
}
