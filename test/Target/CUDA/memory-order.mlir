// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory that a program writes and uses elsewhere is used in the program's order: the threads of a team wait for each other
// where another thread's element could be meant, and nowhere else.
// RUN: attn-opt %s --launch-inline-grids --tile-to-nvvm | FileCheck %s

!plane = memref<64x64xf32, strided<[?, 1], offset: ?>>

// CHECK-LABEL: llvm.func @load_behind_a_store
// CHECK: llvm.store
// CHECK: nvvm.barrier
// CHECK: llvm.load {{.*}} : !llvm.ptr<1> -> f32
// CHECK: llvm.return
tile.kernel @load_behind_a_store(%X: !plane, %O: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %one = arith.constant dense<1.0> : tensor<16x16xf32>
  tile.store %one, %O[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  %b = tile.load %O[%c0, %c0] dims = [1, 0] : !plane -> tensor<16x16xf32>
  tile.store %b, %X[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  tile.yield
}

// CHECK-LABEL: llvm.func @store_behind_a_load
// CHECK: llvm.load {{.*}} : !llvm.ptr<1> -> f32
// CHECK: nvvm.barrier
// CHECK: llvm.store
// CHECK: llvm.return
tile.kernel @store_behind_a_load(%X: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %b = tile.load %X[%c0, %c0] dims = [0, 1] : !plane -> tensor<16x16xf32>
  tile.store %b, %X[%c0, %c0] dims = [1, 0] : tensor<16x16xf32>, !plane
  tile.yield
}

// CHECK-LABEL: llvm.func @stores_that_lie_differently
// CHECK: llvm.store
// CHECK: nvvm.barrier
// CHECK: llvm.store
// CHECK: llvm.return
tile.kernel @stores_that_lie_differently(%X: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %one = arith.constant dense<1.0> : tensor<16x16xf32>
  %two = arith.constant dense<2.0> : tensor<16x16xf32>
  tile.store %one, %X[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  tile.store %two, %X[%c8, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  tile.yield
}

// Each element is one thread's in all of these.
// CHECK-LABEL: llvm.func @stores_that_lie_alike
// CHECK-NOT: nvvm.barrier
// CHECK: llvm.return
tile.kernel @stores_that_lie_alike(%X: !plane, %n: index, %from: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %one = arith.constant dense<1.0> : tensor<16x16xf32>
  tile.store %one, %X[%from, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  %end = scf.for %t = %c0 to %n step %c16 iter_args(%before = %c0) -> (index) {
    %row = arith.addi %from, %t : index
    %column = arith.muli %y, %c16 : index
    tile.store %one, %X[%row, %column] dims = [0, 1] : tensor<16x16xf32>, !plane
    scf.yield %t : index
  }
  %last = arith.addi %from, %end : index
  tile.store %one, %X[%last, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  tile.yield
}

// CHECK-LABEL: llvm.func @turns_that_overlap
// CHECK: scf.for
// CHECK: nvvm.barrier
// CHECK: llvm.store
// CHECK: llvm.return
tile.kernel @turns_that_overlap(%X: !plane, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %one = arith.constant dense<1.0> : tensor<16x16xf32>
  scf.for %t = %c0 to %n step %c8 {
    tile.store %one, %X[%t, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  }
  tile.yield
}

// CHECK-LABEL: llvm.func @turn_that_reads_the_one_before
// CHECK: scf.for
// CHECK: nvvm.barrier
// CHECK: llvm.load {{.*}} : !llvm.ptr<1> -> f32
// CHECK: nvvm.barrier
// CHECK: llvm.store
// CHECK: llvm.return
tile.kernel @turn_that_reads_the_one_before(%X: !plane, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  scf.for %t = %c0 to %n step %c16 {
    %b = tile.load %X[%t, %c0] dims = [0, 1] : !plane -> tensor<16x16xf32>
    %next = arith.addi %t, %c16 : index
    tile.store %b, %X[%next, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  }
  tile.yield
}

// CHECK-LABEL: llvm.func @a_scalar
// CHECK: llvm.store
// CHECK: nvvm.barrier
// CHECK: llvm.load {{.*}} : !llvm.ptr<1> -> i32
// CHECK: llvm.return
tile.kernel @a_scalar(%N: memref<4xi32>, %O: memref<4xi32>, %n: i32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  memref.store %n, %N[%c0] : memref<4xi32>
  %m = memref.load %N[%c0] : memref<4xi32>
  memref.store %m, %O[%c0] : memref<4xi32>
  tile.yield
}

// Arguments are memory of their own, unless a launch passes one piece twice.
// CHECK-LABEL: llvm.func @two_arguments
// CHECK-NOT: nvvm.barrier
// CHECK: llvm.return
tile.kernel @two_arguments(%X: !plane, %O: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %one = arith.constant dense<1.0> : tensor<16x16xf32>
  tile.store %one, %O[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  %b = tile.load %X[%c0, %c0] dims = [1, 0] : !plane -> tensor<16x16xf32>
  tile.store %b, %O[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  tile.yield
}

// CHECK-LABEL: llvm.func @one_piece_twice
// CHECK: llvm.store
// CHECK: nvvm.barrier
// CHECK: llvm.load {{.*}} : !llvm.ptr<1> -> f32
// CHECK: llvm.return
tile.kernel @one_piece_twice(%X: !plane, %O: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %one = arith.constant dense<1.0> : tensor<16x16xf32>
  tile.store %one, %O[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  %b = tile.load %X[%c0, %c0] dims = [1, 0] : !plane -> tensor<16x16xf32>
  tile.store %b, %O[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  tile.yield
}

// So are an argument and a result that may overlap it, and pieces of workspace are not.
// CHECK-LABEL: llvm.func @in_place
// CHECK: llvm.store
// CHECK: nvvm.barrier
// CHECK: llvm.return
tile.kernel @in_place(%X: !plane, %O: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %one = arith.constant dense<1.0> : tensor<16x16xf32>
  tile.store %one, %O[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  %b = tile.load %X[%c0, %c0] dims = [1, 0] : !plane -> tensor<16x16xf32>
  tile.store %b, %O[%c0, %c0] dims = [0, 1] : tensor<16x16xf32>, !plane
  tile.yield
}

launch.entry @twice(%a: !plane, %c: !plane) results(%r: !plane)
contract {
  %c64 = arith.constant 64 : index
  launch.expect %c may_alias : !plane
  launch.yield shapes(%c64, %c64)
} body {
  %w = launch.workspace() : memref<64x64xf32>
  %v = launch.workspace() : memref<64x64xf32>
  %piece = memref.cast %w : memref<64x64xf32> to !plane
  %again = memref.cast %w : memref<64x64xf32> to !plane
  %other = memref.cast %v : memref<64x64xf32> to !plane
  launch.kernel @one_piece_twice(%piece, %again) : !plane, !plane
  launch.kernel @two_arguments(%piece, %other) : !plane, !plane
  launch.kernel @two_arguments(%a, %r) : !plane, !plane
  launch.kernel @in_place(%c, %r) : !plane, !plane
  launch.return
}

// A copy that runs by itself may not have read yet, whatever barrier lies between: it is awaited before what it reads is
// overwritten.
// CHECK-LABEL: llvm.func @store_behind_a_copy
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: nvvm.barrier
// CHECK: llvm.store {{.*}} : bf16, !llvm.ptr<1>
// CHECK: mma.sync
tile.kernel @store_behind_a_copy(%B: memref<64x64xbf16, strided<[?, 1], offset: ?>>, %O: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = arith.constant dense<1.0> : tensor<16x64xbf16>
  %b = tile.load %B[%c0, %c0] dims = [0, 1] : memref<64x64xbf16, strided<[?, 1], offset: ?>> -> tensor<64x64xbf16>
  tile.store %a, %B[%c0, %c0] dims = [0, 1] : tensor<16x64xbf16>, memref<64x64xbf16, strided<[?, 1], offset: ?>>
  %s = tile.mma %a, %b by(#cuda.mma<m16n8k16, bf16>) : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
  tile.store %s, %O[%c0, %c0] dims = [0, 1] : tensor<16x64xf32>, !plane
  tile.yield
}
