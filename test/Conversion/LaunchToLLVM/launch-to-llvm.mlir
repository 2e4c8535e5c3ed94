// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --launch-to-llvm="producer=test cpu-level=3 source=module" | FileCheck %s

!rows = memref<?x8xf32, strided<[?, 1], offset: ?>>

// CHECK-LABEL: func.func private @scale
// CHECK-SAME: always_inline
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>
func.func @scale(%src: !rows, %by: f32, %flag: i1, %x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel, launch.scratch = 256 : i64, target_cpu = "fast"} {
  return
}
// A memref takes base, sizes and strides; a scalar one slot.
// CHECK-LABEL: llvm.func internal @scale.abi
// CHECK-SAME: (%[[ARGS:.*]]: !llvm.ptr, %[[X:.*]]: i64, %[[Y:.*]]: i64, %[[Z:.*]]: i64, %[[SCRATCH:.*]]: !llvm.ptr)
// CHECK-SAME: target_cpu = "fast"
// CHECK: %[[P0:.*]] = llvm.getelementptr %[[ARGS]][0] : {{.*}}, i64
// CHECK: %[[BASE:.*]] = llvm.load %[[P0]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.getelementptr %[[ARGS]][1]
// CHECK: llvm.getelementptr %[[ARGS]][4]
// CHECK: llvm.insertvalue %[[BASE]], %{{.*}}[1]
// CHECK: %[[SRC:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x8xf32
// CHECK: %[[P5:.*]] = llvm.getelementptr %[[ARGS]][5]
// CHECK: %[[BY:.*]] = llvm.load %[[P5]] : !llvm.ptr -> f32
// CHECK: %[[P6:.*]] = llvm.getelementptr %[[ARGS]][6]
// CHECK: %[[BYTE:.*]] = llvm.load %[[P6]] : !llvm.ptr -> i8
// CHECK: %[[FLAG:.*]] = llvm.icmp "ne" %[[BYTE]]
// CHECK: %[[XI:.*]] = arith.index_cast %[[X]] : i64 to index
// CHECK: llvm.mlir.constant(256 : i64)
// CHECK: %[[S:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xi8>
// CHECK: func.call @scale(%[[SRC]], %[[BY]], %[[FLAG]], %[[XI]], %{{.*}}, %{{.*}}, %[[S]])

// CHECK-LABEL: llvm.func internal @scaled
// CHECK-SAME: (%[[CTX:.*]]: !llvm.ptr, %[[ARGS:.*]]: !llvm.ptr, %{{.*}}: i64, %[[RESULTS:.*]]: !llvm.ptr, %{{.*}}: i64, %[[WS:.*]]: !llvm.ptr, %{{.*}}: i64, %[[STREAM:.*]]: !llvm.ptr) -> i32
// CHECK-DAG: %[[KERNEL:.*]] = llvm.mlir.addressof @scale.abi
// CHECK-DAG: %[[SLOTS:.*]] = llvm.mlir.constant(7 : i64)
// CHECK: %[[BLOCK:.*]] = llvm.alloca %[[SLOTS]] x i64
// CHECK: %[[STATUS:.*]] = llvm.alloca %{{.*}} x i32
// CHECK: %[[T0:.*]] = llvm.load %[[ARGS]]
// CHECK: llvm.getelementptr %[[T0]][0, 0]
// CHECK: llvm.getelementptr %[[T0]][0, 6]
// CHECK: llvm.getelementptr %[[T0]][0, 4]
// CHECK: llvm.getelementptr %[[T0]][0, 5]
// CHECK: %[[IN:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x8xf32
// CHECK: %[[R0:.*]] = llvm.load %[[RESULTS]]
// CHECK: llvm.getelementptr %[[R0]][0, 0]
// CHECK: %[[OUT:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x8xf32
// CHECK: memref.dim %[[IN]]
// CHECK: %[[PIECE:.*]] = llvm.getelementptr %[[WS]][{{.*}}] : {{.*}}, i8
// CHECK: scf.if
// CHECK: %[[API:.*]] = llvm.load %[[CTX]]
// CHECK: %[[FILLS:.*]] = llvm.getelementptr %[[API]][0, 2]
// CHECK: %[[FILL:.*]] = llvm.load %[[FILLS]]
// CHECK: %[[FILLED:.*]] = llvm.call %[[FILL]](%[[CTX]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[STREAM]])
// CHECK: llvm.store %[[FILLED]], %[[STATUS]]
// CHECK: %[[SO_FAR:.*]] = llvm.load %[[STATUS]]
// CHECK: %[[GOOD:.*]] = llvm.icmp "eq" %[[SO_FAR]]
// CHECK: scf.if %[[GOOD]]
// CHECK: llvm.getelementptr %{{.*}}[0, 1]
// CHECK: memref.extract_strided_metadata %[[OUT]]
// CHECK: llvm.store %{{.*}}, %[[BLOCK]]
// CHECK: llvm.getelementptr %[[BLOCK]][5]
// CHECK: llvm.store %{{.*}} : f32
// CHECK: arith.extui %{{.*}} : i1 to i8
// CHECK: llvm.call %{{.*}}(%[[CTX]], %[[KERNEL]], %[[BLOCK]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[STREAM]])
// CHECK: %[[END:.*]] = llvm.load %[[STATUS]]
// CHECK: llvm.return %[[END]]

// CHECK: llvm.mlir.global external constant @attn_manifest_v1()
// CHECK: %[[VERSION:.*]] = llvm.mlir.constant(4 : i64)
// CHECK: llvm.insertvalue %[[VERSION]], %{{.*}}[0]
// CHECK: @attn.text("test\00")
// CHECK: @attn.{{.*}}("cpu\00")
// CHECK: @attn.entries()
// CHECK-DAG: llvm.mlir.addressof @scaled :
// CHECK-DAG: llvm.mlir.addressof @attn.scaled.args
// CHECK: @attn.{{.*}}("scaled\00")
// CHECK: @attn.scaled.args()
// CHECK: @attn.{{.*}}("x\00")
// CHECK: @attn.{{.*}}(dense<[-1, 8]> : tensor<2xi64>)
// CHECK: @attn.{{.*}}("n\00")
// CHECK: @attn.scaled.results()
// CHECK: @attn.scaled.o()
// CHECK: @attn.{{.*}}(dense<[1, 0, 0]> : tensor<3xi64>)
// CHECK: @attn.{{.*}}("o\00")
// CHECK: @attn.scaled.checks()
// CHECK: @attn.{{.*}}("expected 'n' to be at most the rows of 'x'\00")
// CHECK: @attn.kernels()
// CHECK: @attn.{{.*}}("scale\00")
launch.entry @scaled(%x: !rows, %n: index, %by: f32, %flag: i1) results(%o: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c4 = arith.constant 4 : index
  %m = memref.dim %x, %c0 : !rows
  launch.check le %n, %m, "expected 'n' to be at most the rows of 'x'"
  %bytes = arith.muli %n, %c4 : index
  launch.yield shapes(%m, %c8) workspace(%bytes)
} body {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = memref.dim %x, %c0 : !rows
  %w = launch.workspace(%n) offset(%c64) : memref<?xf32>
  launch.fill %w, %zero : memref<?xf32>, f32
  launch.kernel @scale grid(%m, %c1, %c1) (%o, %by, %flag) : !rows, f32, i1
  launch.return
}

// -----
// Variants follow the kernel they replace, wherever they stand.
// CHECK-LABEL: llvm.func internal @k_fast.abi
// CHECK: llvm.func internal @k.abi
func.func @k_fast(%x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel, launch.variant_of = @k, launch.cpu_level = 4 : i64, launch.scratch = 128 : i64} {
  return
}
func.func @k(%x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel, launch.scratch = 64 : i64} {
  return
}
// CHECK: @attn.k.variants() {{.*}} : !llvm.array<2 x struct<(ptr, i64, i64)>>
// CHECK: %[[F0:.*]] = llvm.mlir.addressof @k.abi
// CHECK: %[[L0:.*]] = llvm.mlir.constant(3 : i64)
// CHECK: %[[S0:.*]] = llvm.mlir.constant(64 : i64)
// CHECK: llvm.insertvalue %[[F0]], %{{.*}}[0]
// CHECK: llvm.insertvalue %[[L0]], %{{.*}}[1]
// CHECK: llvm.insertvalue %[[S0]], %{{.*}}[2]
// CHECK: llvm.mlir.addressof @k_fast.abi
// CHECK: llvm.mlir.constant(4 : i64)
// CHECK: llvm.mlir.constant(128 : i64)
