// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tile.load and tile.store refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @load_c1(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects one offset for each of the memref's 2 dims, but got 1}}
  %t = tile.load %m[%i] dims = [0, 1] : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c2(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects memref and tile to have one element type, but got 'f32' and 'bf16'}}
  %t = tile.load %m[%i, %i] dims = [0, 1] : memref<?x?xf32> -> tensor<4x4xbf16>
  return
}

// -----

func.func @load_c3_none(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects dims to name 2 memref dims, rows and columns, but got 0}}
  %t = tile.load %m[%i, %i] dims = [] : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c3_three(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects dims to name 2 memref dims, rows and columns, but got 3}}
  %t = tile.load %m[%i, %i] dims = [0, 1, -1] : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c4_high(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects dims to be -1 or below the memref's rank 2, but got 2}}
  %t = tile.load %m[%i, %i] dims = [0, 2] : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c4_low(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects dims to be -1 or below the memref's rank 2, but got -2}}
  %t = tile.load %m[%i, %i] dims = [-2, 0] : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c5(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects rows and columns to be different memref dims, but both are 1}}
  %t = tile.load %m[%i, %i] dims = [1, 1] : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c6(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects one bound for each of the 2 tiled dims, but got 1}}
  %t = tile.load %m[%i, %i] dims = [0, 1] bounds(%i) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c6_untiled(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects one bound for each of the 0 tiled dims, but got 1}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] bounds(%i) : memref<?x?xf32> -> tensor<1x1xf32>
  return
}

// -----

func.func @load_c7(%m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.load' op expects one index tile for each indexed dim, but got 1 tiles and 2 dims}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] index [0, 1](%x : tensor<4x4xi32>) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c8_high(%m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.load' op expects indexed dims below the memref's rank 2, but got 2}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] index [2](%x : tensor<4x4xi32>) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c8_low(%m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.load' op expects indexed dims below the memref's rank 2, but got -1}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] index [-1](%x : tensor<4x4xi32>) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c9(%m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.load' op expects dim 0 to be tiled or indexed, but it is both}}
  %t = tile.load %m[%i, %i] dims = [0, -1] index [0](%x : tensor<4x4xi32>) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c10(%m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.load' op expects dim 0 to be indexed once}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] index [0, 0](%x, %x : tensor<4x4xi32>, tensor<4x4xi32>)
    : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c11(%m: memref<?x?xf32>, %i: index, %x: tensor<4x2xi32>) {
  // expected-error @below {{'tile.load' op expects dim 1 of an index tile to be 1 or the tile's 4, but got 2}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] index [0](%x : tensor<4x2xi32>) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c12(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects the tile's dim 1 to have size 1, since no memref dim and no index tile runs along it, but got 4}}
  %t = tile.load %m[%i, %i] dims = [0, -1] : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c12_indexed(%m: memref<?x?xf32>, %i: index, %x: tensor<4x1xi32>) {
  // expected-error @below {{'tile.load' op expects the tile's dim 1 to have size 1, since no memref dim and no index tile runs along it, but got 4}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] index [0](%x : tensor<4x1xi32>) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c13(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects pad of type 'f32', but got 'i32'}}
  %t = tile.load %m[%i, %i] dims = [0, 1] pad 0 : i32 : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_c13_tensor(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op expects pad of type 'f32', but got 'tensor<4x4xf32>'}}
  %t = tile.load %m[%i, %i] dims = [0, 1] pad dense<0.0> : tensor<4x4xf32> : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_rank_three(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4x4x1xf32>'}}
  %t = tile.load %m[%i, %i] dims = [0, 1] : memref<?x?xf32> -> tensor<4x4x1xf32>
  return
}

// -----

func.func @load_empty(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<0x4xf32>'}}
  %t = tile.load %m[%i, %i] dims = [0, 1] : memref<?x?xf32> -> tensor<0x4xf32>
  return
}

// -----

func.func @load_vectors(%m: memref<?x?xvector<4xf32>>, %i: index) {
  // expected-error @below {{'tile.load' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4x4xvector<4xf32>>'}}
  %t = tile.load %m[%i, %i] dims = [0, 1] : memref<?x?xvector<4xf32>> -> tensor<4x4xvector<4xf32>>
  return
}

// -----

func.func @load_index_i64(%m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi64>) {
  // expected-error @below {{'tile.load' op operand #3 must be variadic of tile of i32, but got 'tensor<4x4xi64>'}}
  %t = tile.load %m[%i, %i] dims = [-1, -1] index [0](%x : tensor<4x4xi64>) : memref<?x?xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @load_segment_sizes(%m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.load' op operand count (3) does not match with the total size (91) specified in attribute 'operandSegmentSizes'}}
  %t = "tile.load"(%m, %i, %i) <{dims = array<i64: 0, 1>, operandSegmentSizes = array<i32: 1, 20, 30, 40>}>
    : (memref<?x?xf32>, index, index) -> tensor<4x4xf32>
  return
}

// -----

func.func @store_c1(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.store' op expects one offset for each of the memref's 2 dims, but got 3}}
  tile.store %t, %m[%i, %i, %i] dims = [0, 1] : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c2(%t: tensor<4x4xf32>, %m: memref<?x?xf16>, %i: index) {
  // expected-error @below {{'tile.store' op expects memref and tile to have one element type, but got 'f16' and 'f32'}}
  tile.store %t, %m[%i, %i] dims = [0, 1] : tensor<4x4xf32>, memref<?x?xf16>
  return
}

// -----

func.func @store_c3(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.store' op expects dims to name 2 memref dims, rows and columns, but got 1}}
  tile.store %t, %m[%i, %i] dims = [0] : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c4(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.store' op expects dims to be -1 or below the memref's rank 2, but got 9223372036854775807}}
  tile.store %t, %m[%i, %i] dims = [0, 9223372036854775807] : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c5(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.store' op expects rows and columns to be different memref dims, but both are 0}}
  tile.store %t, %m[%i, %i] dims = [0, 0] : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c6(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.store' op expects one bound for each of the 2 tiled dims, but got 3}}
  tile.store %t, %m[%i, %i] dims = [0, 1] bounds(%i, %i, %i) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c7(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.store' op expects one index tile for each indexed dim, but got 2 tiles and 1 dims}}
  tile.store %t, %m[%i, %i] dims = [-1, -1] index [0](%x, %x : tensor<4x4xi32>, tensor<4x4xi32>)
    : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c8(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.store' op expects indexed dims below the memref's rank 2, but got 7}}
  tile.store %t, %m[%i, %i] dims = [-1, -1] index [7](%x : tensor<4x4xi32>) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c9(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.store' op expects dim 1 to be tiled or indexed, but it is both}}
  tile.store %t, %m[%i, %i] dims = [0, 1] index [1](%x : tensor<4x4xi32>) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c10(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index, %x: tensor<4x4xi32>) {
  // expected-error @below {{'tile.store' op expects dim 1 to be indexed once}}
  tile.store %t, %m[%i, %i] dims = [-1, -1] index [1, 1](%x, %x : tensor<4x4xi32>, tensor<4x4xi32>)
    : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c11(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index, %x: tensor<3x1xi32>) {
  // expected-error @below {{'tile.store' op expects dim 0 of an index tile to be 1 or the tile's 4, but got 3}}
  tile.store %t, %m[%i, %i] dims = [-1, 1] index [0](%x : tensor<3x1xi32>) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c12(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.store' op expects the tile's dim 0 to have size 1, since no memref dim and no index tile runs along it, but got 4}}
  tile.store %t, %m[%i, %i] dims = [-1, 1] : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_c13(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index, %k: tensor<4x1xi1>) {
  // expected-error @below {{'tile.store' op expects a mask of the tile's shape, but got 'tensor<4x1xi1>' for 'tensor<4x4xf32>'}}
  tile.store %t, %m[%i, %i] dims = [0, 1] mask(%k : tensor<4x1xi1>) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_mask_i8(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index, %k: tensor<4x4xi8>) {
  // expected-error @below {{'tile.store' op operand #4 must be tile of i1, but got 'tensor<4x4xi8>'}}
  tile.store %t, %m[%i, %i] dims = [0, 1] mask(%k : tensor<4x4xi8>) : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_to_tensor(%t: tensor<4x4xf32>, %m: tensor<4x4xf32>, %i: index) {
  // expected-error @below {{custom op 'tile.store' invalid kind of type specified: expected builtin.memref, but found 'tensor<4x4xf32>'}}
  tile.store %t, %m[%i, %i] dims = [0, 1] : tensor<4x4xf32>, tensor<4x4xf32>
  return
}

// -----

func.func @store_result(%t: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{cannot name an operation with no results}}
  %r = tile.store %t, %m[%i, %i] dims = [0, 1] : tensor<4x4xf32>, memref<?x?xf32>
  return
}
