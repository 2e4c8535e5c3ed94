// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of tile.kernel and tile.yield.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: tile.kernel @bare()
// CHECK-NEXT: grid {
// CHECK-NEXT: %[[C1:.*]] = arith.constant 1 : index
// CHECK-NEXT: tile.yield %[[C1]], %[[C1]], %[[C1]] : index, index, index
// CHECK-NEXT: } body(%{{.*}}, %{{.*}}, %{{.*}}) {
// CHECK-NEXT: tile.yield{{$}}
tile.kernel @bare()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// CHECK-LABEL: tile.kernel private @arguments(
// CHECK-SAME: %[[M:.*]]: memref<?x64xf32>, %[[N:.*]]: index, %[[I:.*]]: i32, %[[F:.*]]: bf16)
// CHECK-SAME: attributes {mine, schedule = #tile.schedule<rows = 32, cols = 64>}
// CHECK-NEXT: grid {
// CHECK: tile.yield %[[N]], %{{.*}}, %{{.*}} : index, index, index
// CHECK-NEXT: } body(%[[X:.*]], %[[Y:.*]], %[[Z:.*]]) {
// CHECK: tile.load %[[M]][%[[X]], %[[N]]] dims = [0, 1]
tile.kernel private @arguments(%m: memref<?x64xf32>, %n: index, %i: i32, %f: bf16)
    attributes {mine, schedule = #tile.schedule<cols = 64, rows = 32>}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %n, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %t = tile.load %m[%x, %n] dims = [0, 1] : memref<?x64xf32> -> tensor<32x64xf32>
  tile.store %t, %m[%y, %z] dims = [0, 1] : tensor<32x64xf32>, memref<?x64xf32>
  tile.yield
}

// CHECK-LABEL: tile.kernel nested @nested()
tile.kernel nested @nested()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// CHECK-LABEL: tile.kernel public @public() attributes {schedule = #tile.schedule<rows = 8>}
tile.kernel public @public() attributes {schedule = #tile.schedule<rows = 8>}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// CHECK-LABEL: tile.kernel @unpinned() attributes {schedule = #tile.schedule<>}
tile.kernel @unpinned() attributes {schedule = #tile.schedule<>}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}
