// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-select-instructions=tables=warp --tile-to-nvvm | FileCheck %s

!plane = memref<?x64xbf16, strided<[?, 1], offset: ?>>
!out = memref<?x64xf32, strided<[?, 1], offset: ?>>

// One parameter, the block of arguments by value; a warp for each 16 rows; the right operand in shared memory.
// CHECK: llvm.mlir.global external @attn_shared() {addr_space = 3 : i32, alignment = 1024 : i64}
// CHECK-LABEL: llvm.func @product(%{{.*}}: !llvm.ptr {llvm.align = 8 : i64, llvm.byval = !llvm.array<120 x i8>
// CHECK-SAME: nvvm.grid_constant
// CHECK-SAME: launch.kernel
// CHECK-SAME: launch.shared = 8192 : i64
// CHECK-SAME: launch.threads = 64 : i64
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.maxntid = array<i32: 64, 1, 1>
// CHECK: nvvm.barrier
// CHECK: ldmatrix.sync.aligned.m8n8.x4.shared.b16
// CHECK: mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32
tile.kernel @product(%q: !plane, %k: !plane, %o: !out)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !plane -> tensor<32x64xbf16>
  %b = tile.load %k[%j, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  %s = tile.mma %a, %b {transB} : tensor<32x64xbf16>, tensor<64x64xbf16> -> tensor<32x64xf32>
  tile.store %s, %o[%i, %c0] dims = [0, 1] : tensor<32x64xf32>, !out
  tile.yield
}

// f32 is multiplied as two tf32 numbers each; a reduction along rows crosses lanes, one along columns crosses warps.
// CHECK-LABEL: llvm.func @sums
// CHECK-COUNT-3: mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
// CHECK: nvvm.shfl.sync bfly
// CHECK: nvvm.barrier
tile.kernel @sums(%q: !out, %k: !out, %r: memref<?xf32, strided<[1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !out -> tensor<32x64xf32>
  %b = tile.load %k[%j, %c0] dims = [0, 1] : !out -> tensor<16x64xf32>
  %s = tile.mma %a, %b {transB} : tensor<32x64xf32>, tensor<16x64xf32> -> tensor<32x16xf32>
  %rows = tile.reduce max %s dim 1 : tensor<32x16xf32> -> tensor<32x1xf32>
  %cols = tile.reduce add %s dim 0 : tensor<32x16xf32> -> tensor<1x16xf32>
  tile.store %rows, %r[%i] dims = [0, -1] : tensor<32x1xf32>, memref<?xf32, strided<[1], offset: ?>>
  tile.store %cols, %r[%j] dims = [-1, 0] : tensor<1x16xf32>, memref<?xf32, strided<[1], offset: ?>>
  tile.yield
}

// A tile whose rows run along memory is turned among the lanes and stored in pairs. A column comes from the lane that holds
// it. A scan of one line takes a warp, with what stands before passed up the lanes.
// CHECK-LABEL: llvm.func @turned
// CHECK: nvvm.shfl.sync idx
// CHECK: nvvm.shfl.sync up
// CHECK: movmatrix.sync.aligned.m8n8.trans.b16
// CHECK: llvm.store %{{.*}} {alignment = 4 : i64} : i32
tile.kernel @turned(%q: !plane, %o: memref<?x64xbf16, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [1, 0] : !plane -> tensor<64x64xbf16>
  %column = tensor.extract_slice %a[0, 13] [64, 1] [1, 1] : tensor<64x64xbf16> to tensor<64x1xbf16>
  %wide = arith.extf %column : tensor<64x1xbf16> to tensor<64x1xf32>
  %sums = tile.scan add %wide dim 0 : tensor<64x1xf32>
  %narrow = arith.truncf %sums : tensor<64x1xf32> to tensor<64x1xbf16>
  %all = tile.broadcast %narrow : tensor<64x1xbf16> -> tensor<64x64xbf16>
  %both = arith.addf %a, %all : tensor<64x64xbf16>
  tile.store %both, %o[%j, %c0] dims = [1, 0] : tensor<64x64xbf16>, memref<?x64xbf16, strided<[?, 1], offset: ?>>
  tile.yield
}

// A pair of threads solves a column; rows are read four numbers at once.
// CHECK-LABEL: llvm.func @solved
// CHECK: llvm.load {{.*}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
// CHECK: llvm.intr.fma
// CHECK: nvvm.shfl.sync bfly
// CHECK: bar.warp.sync
tile.kernel @solved(%q: !out, %o: !out)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %z) {
  %c0 = arith.constant 0 : index
  %a = tile.load %q[%i, %c0] dims = [0, 1] : !out -> tensor<64x64xf32>
  %x = tile.solve %a, %a : tensor<64x64xf32>, tensor<64x64xf32>
  tile.store %x, %o[%j, %c0] dims = [0, 1] : tensor<64x64xf32>, !out
  tile.yield
}
