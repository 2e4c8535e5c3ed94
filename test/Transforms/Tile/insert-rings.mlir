// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --tile-insert-rings --split-input-file --verify-diagnostics | FileCheck %s
// RUN: attn-opt %s --tile-insert-rings="depth=4 made" --split-input-file -o %t && FileCheck %s --check-prefix=MADE --input-file=%t

!plane = memref<?x64xbf16>

// The keys of every iteration go through one ring, the queries through one of a single slot. A tile that no product reads
// stays as it is.
// CHECK-LABEL: tile.kernel @scores
// CHECK: %[[Q:.*]] = tile.ring : !tile.ring<1, tensor<64x64xbf16>>
// CHECK: %[[FQ:.*]] = tile.acquire %[[Q]]
// CHECK-NEXT: tile.copy %[[FQ]], %{{.*}}[%{{.*}}, %{{.*}}] dims = [0, 1] :
// CHECK-NEXT: tile.commit %[[FQ]]
// CHECK-NEXT: %[[SQ:.*]] = tile.wait %[[Q]]
// CHECK-NEXT: %[[TQ:.*]] = tile.read %[[SQ]]
// CHECK: %[[K:.*]] = tile.ring : !tile.ring<2, tensor<128x64xbf16>>
// CHECK-NEXT: scf.for
// CHECK: %[[FK:.*]] = tile.acquire %[[K]]
// CHECK-NEXT: tile.copy %[[FK]], %{{.*}}[%[[AT:.*]], %{{.*}}] dims = [0, 1] bounds(%{{.*}}, %{{.*}}) :
// CHECK-NEXT: tile.commit %[[FK]]
// CHECK-NEXT: %[[SK:.*]] = tile.wait %[[K]]
// CHECK-NEXT: %[[TK:.*]] = tile.read %[[SK]]
// CHECK: tile.load %{{.*}} dims = [0, -1]
// CHECK: tile.mma %[[TQ]], %[[TK]]
// CHECK-NEXT: tile.release %[[SK]]
// CHECK: tile.store
// CHECK: }
// CHECK-NEXT: tile.release %[[SQ]]
// MADE-LABEL: tile.kernel @scores
// MADE: tile.ring : !tile.ring<1, tensor<64x64xbf16>>
// MADE: tile.ring : !tile.ring<4, tensor<128x64xbf16>>
tile.kernel @scores(%Q: !plane, %K: !plane, %L: memref<?xf32>, %O: memref<?x128xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  // expected-remark @below {{[tile-insert-rings] depth = 1: slots of 8192 bytes}}
  %q = tile.load %Q[%x, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
  scf.for %t = %c0 to %n step %c1 {
    %at = arith.muli %t, %c128 : index
    // expected-remark @below {{[tile-insert-rings] depth = 2: slots of 16384 bytes}}
    %k = tile.load %K[%at, %c0] dims = [0, 1] bounds(%n, %c64) : !plane -> tensor<128x64xbf16>
    %l = tile.load %L[%at] dims = [0, -1] : memref<?xf32> -> tensor<64x1xf32>
    %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<128x64xbf16> -> tensor<64x128xf32>
    %lb = tile.broadcast %l : tensor<64x1xf32> -> tensor<64x128xf32>
    %r = arith.addf %s, %lb : tensor<64x128xf32>
    tile.store %r, %O[%at, %c0] dims = [0, 1] : tensor<64x128xf32>, memref<?x128xf32>
  }
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// A depth on the load is taken; what pads with another number than 0 is not copied; a part of a tile counts as the tile; a
// product of a made operand takes it from a ring where that is asked for.
// CHECK-LABEL: tile.kernel @pinned
// CHECK: tile.ring : !tile.ring<3, tensor<64x64xbf16>>
// CHECK: tile.load %{{.*}} pad 1.0
// CHECK: %[[S:.*]] = tile.wait
// CHECK-NEXT: tile.read
// CHECK: tensor.extract_slice
// CHECK-NEXT: tile.mma
// CHECK-NEXT: tile.release %[[S]]
// MADE-LABEL: tile.kernel @pinned
// MADE: %[[R:.*]] = tile.ring : !tile.ring<1, tensor<64x32xbf16>>
// MADE: %[[P:.*]] = arith.truncf
// MADE-NEXT: %[[F:.*]] = tile.acquire %[[R]]
// MADE-NEXT: tile.put %[[P]], %[[F]]
// MADE-NEXT: tile.commit %[[F]]
// MADE-NEXT: %[[S:.*]] = tile.wait %[[R]]
// MADE-NEXT: %[[T:.*]] = tile.read %[[S]]
// MADE-NEXT: tile.mma %{{.*}}, %[[T]]
// MADE-NEXT: tile.release %[[S]]
tile.kernel @pinned(%K: !plane, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %t = %c0 to %n step %c1 {
    %a = tile.load %K[%t, %c0] dims = [0, 1] pad 1.0 : bf16 : !plane -> tensor<64x64xbf16>
    // expected-remark @below {{[tile-insert-rings] depth = 3: slots of 8192 bytes}}
    %k = tile.load %K[%t, %c0] dims = [0, 1] {depth = 3} : !plane -> tensor<64x64xbf16>
    %part = tensor.extract_slice %k[0, 0] [64, 32] [1, 1] : tensor<64x64xbf16> to tensor<64x32xbf16>
    %s = tile.mma %a, %part : tensor<64x64xbf16>, tensor<64x32xbf16> -> tensor<64x32xf32>
    %p = arith.truncf %s : tensor<64x32xf32> to tensor<64x32xbf16>
    %r = tile.mma %a, %p : tensor<64x64xbf16>, tensor<64x32xbf16> -> tensor<64x32xf32>
    tile.store %r, %O[%t, %c0] dims = [0, 1] : tensor<64x32xf32>, memref<?x64xf32>
  }
  tile.yield
}

// -----

// A row of neighbours in memory that a loop reads in every turn goes through a ring too; one outside of loops, or whose
// elements lie apart, does not.
// CHECK-LABEL: tile.kernel @rows
// CHECK-COUNT-1: tile.ring : !tile.ring<2, tensor<1x64xf32>>
// CHECK-NOT: tile.ring
// CHECK: scf.for
// CHECK: tile.copy %{{.*}} dims = [-1, 1]
tile.kernel @rows(%G: memref<?x64xf32>, %H: memref<64x?xf32>, %O: memref<?x64xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %once = tile.load %G[%x, %c0] dims = [-1, 1] : memref<?x64xf32> -> tensor<1x64xf32>
  scf.for %t = %c0 to %n step %c1 {
    // expected-remark @below {{[tile-insert-rings] depth = 2: slots of 256 bytes}}
    %g = tile.load %G[%t, %c0] dims = [-1, 1] : memref<?x64xf32> -> tensor<1x64xf32>
    %apart = tile.load %H[%c0, %t] dims = [-1, 0] : memref<64x?xf32> -> tensor<1x64xf32>
    %sum = arith.addf %g, %apart : tensor<1x64xf32>
    %all = arith.addf %sum, %once : tensor<1x64xf32>
    tile.store %all, %O[%t, %c0] dims = [-1, 1] : tensor<1x64xf32>, memref<?x64xf32>
  }
  tile.yield
}

// -----

!plane = memref<?x64xbf16>

// In a role of several teams, what every team reads comes from one ring, what depends on the team from one in each.
// CHECK-LABEL: tile.kernel @teams
// CHECK: %[[K:.*]] = tile.ring : !tile.ring<2, tensor<128x64xbf16>>
// CHECK: role @math teams = 2
// CHECK: %[[Q:.*]] = tile.ring : !tile.ring<1, tensor<64x64xbf16>>
// CHECK: tile.acquire %[[Q]]
// CHECK: tile.acquire %[[K]]
tile.kernel @teams(%Q: !plane, %K: !plane, %O: memref<?x128xf32>, %n: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  tile.roles
  role @math teams = 2 (%team) {
    %row = arith.muli %team, %c64 : index
    // expected-remark @below {{[tile-insert-rings] depth = 1: slots of 8192 bytes}}
    %q = tile.load %Q[%row, %c0] dims = [0, 1] : !plane -> tensor<64x64xbf16>
    scf.for %t = %c0 to %n step %c1 {
      // expected-remark @below {{[tile-insert-rings] depth = 2: slots of 16384 bytes}}
      %k = tile.load %K[%t, %c0] dims = [0, 1] : !plane -> tensor<128x64xbf16>
      %s = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<128x64xbf16> -> tensor<64x128xf32>
      tile.store %s, %O[%row, %t] dims = [0, 1] : tensor<64x128xf32>, memref<?x128xf32>
    }
    tile.yield
  }
  tile.yield
}

// -----

// Of operands that arithmetic made, an instruction asks for those that it reads from slots alone.
// CHECK-LABEL: tile.kernel @asked
// CHECK-NOT: tile.ring
// MADE-LABEL: tile.kernel @asked
// MADE: tile.ring : !tile.ring<1, tensor<64x64xbf16>>
// MADE: %[[B:.*]] = tile.read
// MADE: tile.ring : !tile.ring<1, tensor<64x64xbf16>>
// MADE: %[[A:.*]] = tile.read
// MADE-NOT: tile.ring
// MADE: tile.mma %[[A]], %[[B]] by(#cuda.wgmma<m64n64k16, bf16, a = slot>)
// MADE: tile.mma %[[P:.*]], %[[P]] by(#cuda.mma<m16n8k16, bf16>)
tile.kernel @asked(%O: memref<?x64xf32>, %one: bf16)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %p = tensor.splat %one : tensor<64x64xbf16>
  %s = tile.mma %p, %p by(#cuda.wgmma<m64n64k16, bf16, a = slot>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  %t = tile.mma %p, %p by(#cuda.mma<m16n8k16, bf16>) {transA} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  tile.store %s, %O[%c0, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.store %t, %O[%c0, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

// What the program writes is loaded in its order.
// CHECK-LABEL: tile.kernel @written
// CHECK-NOT: tile.ring
// CHECK: tile.load
tile.kernel @written(%K: memref<?x64xbf16>, %O: memref<?x64xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %a = arith.constant dense<1.0> : tensor<64x64xbf16>
  tile.store %a, %K[%c0, %c0] dims = [0, 1] : tensor<64x64xbf16>, memref<?x64xbf16>
  %k = tile.load %K[%x, %c0] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  %s = tile.mma %a, %k : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  tile.store %s, %O[%x, %c0] dims = [0, 1] : tensor<64x64xf32>, memref<?x64xf32>
  tile.yield
}

// -----

// Loads and products outside of a kernel have no place for a ring.
// CHECK-LABEL: func.func @no_kernel
// CHECK-NOT: tile.ring
func.func @no_kernel(%K: memref<?x64xbf16>, %a: tensor<64x64xbf16>, %i: index) -> tensor<64x64xf32> {
  %k = tile.load %K[%i, %i] dims = [0, 1] : memref<?x64xbf16> -> tensor<64x64xbf16>
  %made = arith.addf %k, %k : tensor<64x64xbf16>
  %s = tile.mma %a, %made : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  %t = tile.mma %k, %k, %s : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  return %t : tensor<64x64xf32>
}
