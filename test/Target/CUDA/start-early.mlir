// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Of two kernels behind each other the second waits for the first before it touches memory, and the first lets it start.
// Where both are in the middle, nothing is let start before the wait. Chips that cannot do that do without.
// DEFINE: %{ptx} = attn-compile %s --emit=ptx -o %t.ptx
// RUN: %{ptx} --target=cuda:sm_90a && FileCheck %s --input-file=%t.ptx
// RUN: %{ptx} --target=cuda:sm_100a && FileCheck %s --input-file=%t.ptx
// RUN: %{ptx} --target=cuda:sm_80 && FileCheck %s --input-file=%t.ptx --check-prefix=OLD
// OLD-NOT: griddepcontrol
// OLD: .entry last(
// OLD-NOT: griddepcontrol

!rows = memref<?x64xf32, strided<[?, 1], offset: ?>>

// CHECK: .entry first(
// CHECK-NOT: griddepcontrol.wait
// CHECK-NOT: ld.global
// CHECK: griddepcontrol.launch_dependents;
// CHECK: ld.global
// CHECK: .entry middle(
// CHECK-NOT: ld.global
// CHECK: griddepcontrol.wait;
// CHECK-NOT: ld.global
// CHECK: griddepcontrol.launch_dependents;
// CHECK: ld.global
// CHECK: .entry last(
// CHECK-NOT: ld.global
// CHECK: griddepcontrol.wait;
// CHECK-NOT: griddepcontrol
// CHECK: ld.global
tile.kernel @first(%from: !rows, %to: !rows)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !rows -> tensor<16x64xf32>
  tile.store %a, %to[%c0, %c0] dims = [0, 1] : tensor<16x64xf32>, !rows
  tile.yield
}
tile.kernel @middle(%from: !rows, %to: !rows)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !rows -> tensor<16x64xf32>
  tile.store %a, %to[%c0, %c0] dims = [0, 1] : tensor<16x64xf32>, !rows
  tile.yield
}
tile.kernel @last(%from: !rows, %to: !rows)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %from[%c0, %c0] dims = [0, 1] : !rows -> tensor<16x64xf32>
  tile.store %a, %to[%c0, %c0] dims = [0, 1] : tensor<16x64xf32>, !rows
  tile.yield
}
launch.entry @copies(%x: !rows) results(%o: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %m = memref.dim %x, %c0 : !rows
  launch.yield shapes(%m, %c64)
} body {
  %c0 = arith.constant 0 : index
  %m = memref.dim %x, %c0 : !rows
  %w = launch.workspace(%m) : memref<?x64xf32>
  %v = launch.workspace(%m) : memref<?x64xf32>
  %a = memref.cast %w : memref<?x64xf32> to !rows
  %b = memref.cast %v : memref<?x64xf32> to !rows
  launch.kernel @first(%x, %a) : !rows, !rows
  launch.kernel @middle(%a, %b) : !rows, !rows
  launch.kernel @last(%b, %o) : !rows, !rows
  launch.return
}

// What a library records of a form for each of two chips.
// RUN: attn-compile %s --emit=llvm --target=cuda:sm_90a,sm_80 -o %t.ll
// RUN: FileCheck %s --input-file=%t.ll --check-prefix=FLAGS
// FLAGS: constant @attn.middle.device
// FLAGS: %[[EARLY:.*]] = llvm.mlir.constant(2 : i64)
// FLAGS: llvm.insertvalue %{{.*}}, %{{.*}}[0]
// FLAGS: llvm.insertvalue %[[EARLY]], %{{.*}}[6]
// FLAGS-NOT: llvm.insertvalue %[[EARLY]]
// FLAGS: constant @attn.last.device
