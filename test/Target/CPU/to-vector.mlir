// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-to-vector=cpu=x86-64-v4 --canonicalize | FileCheck %s
// RUN: attn-opt %s --tile-to-vector=cpu=x86-64-v3 --canonicalize | FileCheck %s --check-prefix=V3
// RUN: attn-opt %s --tile-schedule-cpu --tile-to-vector=cpu=x86-64-v3 --vector-to-llvm-cpu=cpu=x86-64-v3 -o /dev/null
// RUN: attn-opt %s --tile-to-llvm-cpu=cpu=x86-64-v4 | FileCheck %s --check-prefix=LLVM

!plane = memref<?x64xf32, strided<[?, 1], offset: ?>>
!line = memref<?xf32, strided<[1], offset: ?>>

// One function a kernel: its arguments, the grid point, scratch memory.
// CHECK-LABEL: func.func @product(
// CHECK-SAME: %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %[[SCRATCH:.*]]: memref<?xi8>)
// CHECK-SAME: attributes {launch.kernel, launch.scratch = {{[0-9]+}} : i64}
// Six rows by four vectors of accumulators stay in registers along the contracted dim; the right operand lies in panels.
// CHECK: memref<2x64x64xf32>
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>
// CHECK-COUNT-4: vector.load
// CHECK-COUNT-24: vector.fma
// V3-LABEL: func.func @product(
// V3: memref<8x64x16xf32>
// V3-COUNT-12: vector.fma {{.*}} vector<8xf32>
// LLVM: llvm.func @product
tile.kernel @product(%q: !plane, %k: !plane, %o: memref<?x?xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<12x64xf32>
  %b = tile.load %k[%j, %c0] dims = [0, 1] : !plane -> tensor<128x64xf32>
  %s = tile.mma %a, %b {transB} : tensor<12x64xf32>, tensor<128x64xf32> -> tensor<12x128xf32>
  tile.store %s, %o[%i, %c0] dims = [0, 1] : tensor<12x128xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.yield
}

// Few rows read their right operand once: vectors run along the contracted dim, four columns of four rows fill a vector
// with their sums, which fold in four rounds of halves.
// CHECK-LABEL: func.func @few_rows(
// CHECK-NOT: memref<{{.*}}x64x64xf32>
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>
// CHECK-COUNT-16: vector.fma
// CHECK: scf.yield
// CHECK-COUNT-30: vector.shuffle
// CHECK-COUNT-4: vector.extract_strided_slice {{.*}} to vector<4xf32>
// V3-LABEL: func.func @few_rows(
// V3-COUNT-8: vector.fma {{.*}} vector<8xf32>
// V3-COUNT-4: vector.extract_strided_slice {{.*}} to vector<2xf32>
tile.kernel @few_rows(%q: !plane, %k: !plane, %o: memref<?x?xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<4x64xf32>
  %b = tile.load %k[%j, %c0] dims = [0, 1] : !plane -> tensor<128x64xf32>
  %s = tile.mma %a, %b {transB} : tensor<4x64xf32>, tensor<128x64xf32> -> tensor<4x128xf32>
  tile.store %s, %o[%i, %c0] dims = [0, 1] : tensor<4x128xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.yield
}

// A right operand that is not transposed is read where it lies; rows past the end shorten the contraction.
// CHECK-LABEL: func.func @direct
// CHECK: arith.minsi
// CHECK: scf.for
// CHECK: vector.load %{{.*}} : memref<?x64xf32, strided<[?, 1], offset: ?>>, vector<16xf32>
tile.kernel @direct(%p: !plane, %v: !plane, %o: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %p[%i, %c0] dims = [0, 1] : !plane -> tensor<6x64xf32>
  %b = tile.load %v[%j, %c0] dims = [0, 1] : !plane -> tensor<64x64xf32>
  %s = tile.mma %a, %b : tensor<6x64xf32>, tensor<64x64xf32> -> tensor<6x64xf32>
  tile.store %s, %o[%i, %c0] dims = [0, 1] : tensor<6x64xf32>, !plane
  tile.yield
}

// Elementwise ops and the reduction of their result share one sweep; nothing between them is stored.
// CHECK-LABEL: func.func @one_sweep
// CHECK: scf.for
// CHECK: math.exp
// CHECK: arith.addf
// CHECK-NOT: vector.store
// CHECK: memref.store
tile.kernel @one_sweep(%x: !plane, %y: !line)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %two = arith.constant dense<2.0> : tensor<8x64xf32>
  %a = tile.load %x[%i, %c0] dims = [0, 1] : !plane -> tensor<8x64xf32>
  %b = arith.mulf %a, %two : tensor<8x64xf32>
  %e = math.exp %b : tensor<8x64xf32>
  %r = tile.reduce add %e dim 1 : tensor<8x64xf32> -> tensor<8x1xf32>
  tile.store %r, %y[%i] dims = [0, -1] : tensor<8x1xf32>, !line
  tile.yield
}

// A tail of columns is masked, in sums and in memory.
// CHECK-LABEL: func.func @tail
// CHECK: vector.constant_mask [3] : vector<16xi1>
tile.kernel @tail(%x: memref<?x19xf32, strided<[?, 1], offset: ?>>, %y: !line)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : memref<?x19xf32, strided<[?, 1], offset: ?>> -> tensor<4x19xf32>
  %r = tile.reduce max %a dim 1 : tensor<4x19xf32> -> tensor<4x1xf32>
  tile.store %r, %y[%i] dims = [0, -1] : tensor<4x1xf32>, !line
  tile.yield
}

// A transposed store does not touch elements outside.
// CHECK-LABEL: func.func @transposed_store
// CHECK: scf.if
// CHECK: memref.store
tile.kernel @transposed_store(%x: !plane, %y: memref<?x?xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %x[%i, %c0] dims = [0, 1] : !plane -> tensor<4x64xf32>
  tile.store %a, %y[%c0, %i] dims = [1, 0] : tensor<4x64xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
