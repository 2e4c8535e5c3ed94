// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of few rows, which compute their right operand as they go along, against tiles of 24 rows, which pack it: odd
// rows, columns and depths, bounds inside the tile, an operand to add to, int8 caches and 64-bit floats, transposed and
// not.
// DEFINE: %{entry} =
// DEFINE: %{args} =
// DEFINE: %{same} = attn-run %s --entry=%{entry}_in_24 %{args} --out %t.s.npy --out %t.o.npy && \
// DEFINE:   attn-run %s --entry=%{entry} %{args} --compare %t.s.npy --compare %t.o.npy --tolerance 2e-6,1e-6 && \
// DEFINE:   attn-run %s --entry=%{entry} %{args} --compare %t.s.npy --compare %t.o.npy --tolerance 2e-6,1e-6 \
// DEFINE:     --cpu=x86-64-v3
// REDEFINE: %{entry} = one
// REDEFINE: %{args} = --arg shape=1x40:f32:normal:1 --arg shape=36x40:f32:normal:2 --arg shape=1x33:f32:normal:3
// RUN: %{same}
// REDEFINE: %{entry} = three
// REDEFINE: %{args} = --arg shape=3x20:f32:normal:1 --arg shape=13x20:f32:normal:2 --arg shape=3x10:f32:normal:3
// RUN: %{same}
// REDEFINE: %{entry} = five
// REDEFINE: %{args} = --arg shape=5x64:f16:normal:1 --arg shape=19x64:f16:normal:2 --arg shape=5x16:f32:normal:3
// RUN: %{same}
// REDEFINE: %{entry} = eight
// REDEFINE: %{args} = --arg shape=8x5:f64:normal:1 --arg shape=10x5:f64:normal:2 --arg shape=8x7:f64:normal:3
// RUN: %{same}
// REDEFINE: %{entry} = bytes
// REDEFINE: %{args} = --arg shape=4x17:bf16:normal:1 --arg shape=7x17:i8:ramp --arg shape=4x4:f32:normal:3
// RUN: %{same}
// REDEFINE: %{entry} = upright
// REDEFINE: %{args} = --arg shape=40x3:f32:normal:1 --arg shape=16x40:f32:normal:2
// RUN: attn-run %s --entry=upright_in_24 %{args} --out %t.s.npy && \
// RUN:   attn-run %s --entry=upright %{args} --compare %t.s.npy --tolerance 2e-6,1e-6

tile.kernel @one_products(%Q: memref<?x40xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x40xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 40 : index
  %end = arith.constant 32 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x40xf32, strided<[?, 1], offset: ?>> -> tensor<1x40xf32>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x40xf32, strided<[?, 1], offset: ?>> -> tensor<33x40xf32>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<1x33xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<1x40xf32>, tensor<33x40xf32>, tensor<1x33xf32> -> tensor<1x33xf32>
  %p = arith.addf %s, %s : tensor<1x33xf32>
  %o = tile.mma %p, %k : tensor<1x33xf32>, tensor<33x40xf32> -> tensor<1x40xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<1x33xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<1x40xf32>, memref<?x40xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @one(%Q: memref<?x40xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x40xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 1 : index
  %cols = arith.constant 33 : index
  %depth = arith.constant 40 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @one_products(%Q, %K, %C, %S, %O) : memref<?x40xf32, strided<[?, 1], offset: ?>>, memref<?x40xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x40xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @one_in_24_products(%Q: memref<?x40xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x40xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 40 : index
  %end = arith.constant 32 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x40xf32, strided<[?, 1], offset: ?>> -> tensor<24x40xf32>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x40xf32, strided<[?, 1], offset: ?>> -> tensor<33x40xf32>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<24x33xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<24x40xf32>, tensor<33x40xf32>, tensor<24x33xf32> -> tensor<24x33xf32>
  %p = arith.addf %s, %s : tensor<24x33xf32>
  %o = tile.mma %p, %k : tensor<24x33xf32>, tensor<33x40xf32> -> tensor<24x40xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<24x33xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<24x40xf32>, memref<?x40xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @one_in_24(%Q: memref<?x40xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x40xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 1 : index
  %cols = arith.constant 33 : index
  %depth = arith.constant 40 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @one_in_24_products(%Q, %K, %C, %S, %O) : memref<?x40xf32, strided<[?, 1], offset: ?>>, memref<?x40xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x40xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @three_products(%Q: memref<?x20xf32, strided<[?, 1], offset: ?>>, %K: memref<?x20xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x20xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 20 : index
  %end = arith.constant 9 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x20xf32, strided<[?, 1], offset: ?>> -> tensor<3x20xf32>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x20xf32, strided<[?, 1], offset: ?>> -> tensor<10x20xf32>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<3x10xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<3x20xf32>, tensor<10x20xf32>, tensor<3x10xf32> -> tensor<3x10xf32>
  %p = arith.addf %s, %s : tensor<3x10xf32>
  %o = tile.mma %p, %k : tensor<3x10xf32>, tensor<10x20xf32> -> tensor<3x20xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<3x10xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<3x20xf32>, memref<?x20xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @three(%Q: memref<?x20xf32, strided<[?, 1], offset: ?>>, %K: memref<?x20xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x20xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 3 : index
  %cols = arith.constant 10 : index
  %depth = arith.constant 20 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @three_products(%Q, %K, %C, %S, %O) : memref<?x20xf32, strided<[?, 1], offset: ?>>, memref<?x20xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x20xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @three_in_24_products(%Q: memref<?x20xf32, strided<[?, 1], offset: ?>>, %K: memref<?x20xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x20xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 20 : index
  %end = arith.constant 9 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x20xf32, strided<[?, 1], offset: ?>> -> tensor<24x20xf32>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x20xf32, strided<[?, 1], offset: ?>> -> tensor<10x20xf32>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<24x10xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<24x20xf32>, tensor<10x20xf32>, tensor<24x10xf32> -> tensor<24x10xf32>
  %p = arith.addf %s, %s : tensor<24x10xf32>
  %o = tile.mma %p, %k : tensor<24x10xf32>, tensor<10x20xf32> -> tensor<24x20xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<24x10xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<24x20xf32>, memref<?x20xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @three_in_24(%Q: memref<?x20xf32, strided<[?, 1], offset: ?>>, %K: memref<?x20xf32, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x20xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 3 : index
  %cols = arith.constant 10 : index
  %depth = arith.constant 20 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @three_in_24_products(%Q, %K, %C, %S, %O) : memref<?x20xf32, strided<[?, 1], offset: ?>>, memref<?x20xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x20xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @five_products(%Q: memref<?x64xf16, strided<[?, 1], offset: ?>>, %K: memref<?x64xf16, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x64xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 64 : index
  %end = arith.constant 15 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x64xf16, strided<[?, 1], offset: ?>> -> tensor<5x64xf16>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x64xf16, strided<[?, 1], offset: ?>> -> tensor<16x64xf16>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<5x16xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<5x64xf16>, tensor<16x64xf16>, tensor<5x16xf32> -> tensor<5x16xf32>
  %p = arith.truncf %s : tensor<5x16xf32> to tensor<5x16xf16>
  %o = tile.mma %p, %k : tensor<5x16xf16>, tensor<16x64xf16> -> tensor<5x64xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<5x16xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<5x64xf32>, memref<?x64xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @five(%Q: memref<?x64xf16, strided<[?, 1], offset: ?>>, %K: memref<?x64xf16, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x64xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 5 : index
  %cols = arith.constant 16 : index
  %depth = arith.constant 64 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @five_products(%Q, %K, %C, %S, %O) : memref<?x64xf16, strided<[?, 1], offset: ?>>, memref<?x64xf16, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x64xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @five_in_24_products(%Q: memref<?x64xf16, strided<[?, 1], offset: ?>>, %K: memref<?x64xf16, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x64xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 64 : index
  %end = arith.constant 15 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x64xf16, strided<[?, 1], offset: ?>> -> tensor<24x64xf16>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x64xf16, strided<[?, 1], offset: ?>> -> tensor<16x64xf16>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<24x16xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<24x64xf16>, tensor<16x64xf16>, tensor<24x16xf32> -> tensor<24x16xf32>
  %p = arith.truncf %s : tensor<24x16xf32> to tensor<24x16xf16>
  %o = tile.mma %p, %k : tensor<24x16xf16>, tensor<16x64xf16> -> tensor<24x64xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<24x16xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<24x64xf32>, memref<?x64xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @five_in_24(%Q: memref<?x64xf16, strided<[?, 1], offset: ?>>, %K: memref<?x64xf16, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x64xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 5 : index
  %cols = arith.constant 16 : index
  %depth = arith.constant 64 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @five_in_24_products(%Q, %K, %C, %S, %O) : memref<?x64xf16, strided<[?, 1], offset: ?>>, memref<?x64xf16, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x64xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @eight_products(%Q: memref<?x5xf64, strided<[?, 1], offset: ?>>, %K: memref<?x5xf64, strided<[?, 1], offset: ?>>, %C: memref<?x?xf64, strided<[?, 1], offset: ?>>, %S: memref<?x?xf64, strided<[?, 1], offset: ?>>, %O: memref<?x5xf64, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 5 : index
  %end = arith.constant 6 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x5xf64, strided<[?, 1], offset: ?>> -> tensor<8x5xf64>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x5xf64, strided<[?, 1], offset: ?>> -> tensor<7x5xf64>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf64, strided<[?, 1], offset: ?>> -> tensor<8x7xf64>
  %s = tile.mma %q, %k, %c {transB} : tensor<8x5xf64>, tensor<7x5xf64>, tensor<8x7xf64> -> tensor<8x7xf64>
  %p = arith.addf %s, %s : tensor<8x7xf64>
  %o = tile.mma %p, %k : tensor<8x7xf64>, tensor<7x5xf64> -> tensor<8x5xf64>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<8x7xf64>, memref<?x?xf64, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<8x5xf64>, memref<?x5xf64, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @eight(%Q: memref<?x5xf64, strided<[?, 1], offset: ?>>, %K: memref<?x5xf64, strided<[?, 1], offset: ?>>, %C: memref<?x?xf64, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf64, strided<[?, 1], offset: ?>>, %O: memref<?x5xf64, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 8 : index
  %cols = arith.constant 7 : index
  %depth = arith.constant 5 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @eight_products(%Q, %K, %C, %S, %O) : memref<?x5xf64, strided<[?, 1], offset: ?>>, memref<?x5xf64, strided<[?, 1], offset: ?>>, memref<?x?xf64, strided<[?, 1], offset: ?>>, memref<?x?xf64, strided<[?, 1], offset: ?>>, memref<?x5xf64, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @eight_in_24_products(%Q: memref<?x5xf64, strided<[?, 1], offset: ?>>, %K: memref<?x5xf64, strided<[?, 1], offset: ?>>, %C: memref<?x?xf64, strided<[?, 1], offset: ?>>, %S: memref<?x?xf64, strided<[?, 1], offset: ?>>, %O: memref<?x5xf64, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 5 : index
  %end = arith.constant 6 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x5xf64, strided<[?, 1], offset: ?>> -> tensor<24x5xf64>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x5xf64, strided<[?, 1], offset: ?>> -> tensor<7x5xf64>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf64, strided<[?, 1], offset: ?>> -> tensor<24x7xf64>
  %s = tile.mma %q, %k, %c {transB} : tensor<24x5xf64>, tensor<7x5xf64>, tensor<24x7xf64> -> tensor<24x7xf64>
  %p = arith.addf %s, %s : tensor<24x7xf64>
  %o = tile.mma %p, %k : tensor<24x7xf64>, tensor<7x5xf64> -> tensor<24x5xf64>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<24x7xf64>, memref<?x?xf64, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<24x5xf64>, memref<?x5xf64, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @eight_in_24(%Q: memref<?x5xf64, strided<[?, 1], offset: ?>>, %K: memref<?x5xf64, strided<[?, 1], offset: ?>>, %C: memref<?x?xf64, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf64, strided<[?, 1], offset: ?>>, %O: memref<?x5xf64, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 8 : index
  %cols = arith.constant 7 : index
  %depth = arith.constant 5 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @eight_in_24_products(%Q, %K, %C, %S, %O) : memref<?x5xf64, strided<[?, 1], offset: ?>>, memref<?x5xf64, strided<[?, 1], offset: ?>>, memref<?x?xf64, strided<[?, 1], offset: ?>>, memref<?x?xf64, strided<[?, 1], offset: ?>>, memref<?x5xf64, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @bytes_products(%Q: memref<?x17xbf16, strided<[?, 1], offset: ?>>, %K: memref<?x17xi8, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x17xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 17 : index
  %end = arith.constant 3 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x17xbf16, strided<[?, 1], offset: ?>> -> tensor<4x17xbf16>
  %raw = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x17xi8, strided<[?, 1], offset: ?>> -> tensor<4x17xi8>
  %k = arith.sitofp %raw : tensor<4x17xi8> to tensor<4x17xbf16>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<4x4xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<4x17xbf16>, tensor<4x17xbf16>, tensor<4x4xf32> -> tensor<4x4xf32>
  %p = arith.truncf %s : tensor<4x4xf32> to tensor<4x4xbf16>
  %o = tile.mma %p, %k : tensor<4x4xbf16>, tensor<4x17xbf16> -> tensor<4x17xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<4x4xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<4x17xf32>, memref<?x17xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @bytes(%Q: memref<?x17xbf16, strided<[?, 1], offset: ?>>, %K: memref<?x17xi8, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x17xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 4 : index
  %cols = arith.constant 4 : index
  %depth = arith.constant 17 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @bytes_products(%Q, %K, %C, %S, %O) : memref<?x17xbf16, strided<[?, 1], offset: ?>>, memref<?x17xi8, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x17xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @bytes_in_24_products(%Q: memref<?x17xbf16, strided<[?, 1], offset: ?>>, %K: memref<?x17xi8, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x17xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %depth = arith.constant 17 : index
  %end = arith.constant 3 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<?x17xbf16, strided<[?, 1], offset: ?>> -> tensor<24x17xbf16>
  %raw = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%end, %depth) : memref<?x17xi8, strided<[?, 1], offset: ?>> -> tensor<4x17xi8>
  %k = arith.sitofp %raw : tensor<4x17xi8> to tensor<4x17xbf16>
  %c = tile.load %C[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> tensor<24x4xf32>
  %s = tile.mma %q, %k, %c {transB} : tensor<24x17xbf16>, tensor<4x17xbf16>, tensor<24x4xf32> -> tensor<24x4xf32>
  %p = arith.truncf %s : tensor<24x4xf32> to tensor<24x4xbf16>
  %o = tile.mma %p, %k : tensor<24x4xbf16>, tensor<4x17xbf16> -> tensor<24x17xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<24x4xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.store %o, %O[%c0, %c0] dims = [0, 1] : tensor<24x17xf32>, memref<?x17xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @bytes_in_24(%Q: memref<?x17xbf16, strided<[?, 1], offset: ?>>, %K: memref<?x17xi8, strided<[?, 1], offset: ?>>, %C: memref<?x?xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>, %O: memref<?x17xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 4 : index
  %cols = arith.constant 4 : index
  %depth = arith.constant 17 : index
  launch.yield shapes(%rows, %cols, %rows, %depth)
} body {
  launch.kernel @bytes_in_24_products(%Q, %K, %C, %S, %O) : memref<?x17xbf16, strided<[?, 1], offset: ?>>, memref<?x17xi8, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>, memref<?x17xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @upright_products(%Q: memref<40x?xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<40x?xf32, strided<[?, 1], offset: ?>> -> tensor<40x3xf32>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] : memref<?x40xf32, strided<[?, 1], offset: ?>> -> tensor<16x40xf32>
  %s = tile.mma %q, %k {transA, transB} : tensor<40x3xf32>, tensor<16x40xf32> -> tensor<3x16xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<3x16xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @upright(%Q: memref<40x?xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 3 : index
  %cols = arith.constant 16 : index
  launch.yield shapes(%rows, %cols)
} body {
  launch.kernel @upright_products(%Q, %K, %S) : memref<40x?xf32, strided<[?, 1], offset: ?>>, memref<?x40xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  launch.return
}

tile.kernel @upright_in_24_products(%Q: memref<40x?xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>, %S: memref<?x?xf32, strided<[?, 1], offset: ?>>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %q = tile.load %Q[%c0, %c0] dims = [0, 1] : memref<40x?xf32, strided<[?, 1], offset: ?>> -> tensor<40x24xf32>
  %k = tile.load %K[%c0, %c0] dims = [0, 1] : memref<?x40xf32, strided<[?, 1], offset: ?>> -> tensor<16x40xf32>
  %s = tile.mma %q, %k {transA, transB} : tensor<40x24xf32>, tensor<16x40xf32> -> tensor<24x16xf32>
  tile.store %s, %S[%c0, %c0] dims = [0, 1] : tensor<24x16xf32>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  tile.yield
}
launch.entry @upright_in_24(%Q: memref<40x?xf32, strided<[?, 1], offset: ?>>, %K: memref<?x40xf32, strided<[?, 1], offset: ?>>) results(%S: memref<?x?xf32, strided<[?, 1], offset: ?>>)
contract {
  %rows = arith.constant 3 : index
  %cols = arith.constant 16 : index
  launch.yield shapes(%rows, %cols)
} body {
  launch.kernel @upright_in_24_products(%Q, %K, %S) : memref<40x?xf32, strided<[?, 1], offset: ?>>, memref<?x40xf32, strided<[?, 1], offset: ?>>, memref<?x?xf32, strided<[?, 1], offset: ?>>
  launch.return
}
