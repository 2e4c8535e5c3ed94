// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What copies, products in flight and roles refuse of their operands and results.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @issue_w1(%a: !tile.slot<fill, tensor<4x4xf32>>, %b: tensor<4x4xf32>) {
  // expected-error @below {{'tile.issue' op operand #0 must be tile of f16, bf16, f32 or f64 or slot to read, but got '!tile.slot<fill, tensor<4x4xf32>>'}}
  %p = "tile.issue"(%a, %b) <{operandSegmentSizes = array<i32>}> : (!tile.slot<fill, tensor<4x4xf32>>, tensor<4x4xf32>) -> !tile.pending<tensor<4x4xf32>>
  return
}

// -----

func.func @issue_w2(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>) {
  // expected-error @below {{'tile.issue' op result #0 must be what has begun and not ended, but got 'tensor<4x4xf32>'}}
  %p = "tile.issue"(%a, %b) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @await_w1(%p: tensor<4x4xf32>) {
  // expected-error @below {{'tile.await' op operand #0 must be what has begun and not ended, but got 'tensor<4x4xf32>'}}
  %t = "tile.await"(%p) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @await_w2(%p: !tile.pending<tensor<4x4xf32>>) {
  // expected-error @below {{'tile.await' op result group starting at #0 requires 0 or 1 element, but found 2}}
  %t:2 = "tile.await"(%p) : (!tile.pending<tensor<4x4xf32>>) -> (tensor<4x4xf32>, tensor<4x4xf32>)
  return
}

// -----

func.func @await_w3(%p: !tile.pending<tensor<4x4xf32>>) {
  // expected-error @below {{'tile.await' op requires a single operand}}
  %t = "tile.await"(%p, %p) : (!tile.pending<tensor<4x4xf32>>, !tile.pending<tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @await_w4(%p: !tile.pending<tensor<4x4xf32>>) {
  // expected-error @below {{'tile.await' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'f32'}}
  %t = "tile.await"(%p) : (!tile.pending<tensor<4x4xf32>>) -> f32
  return
}

// -----

func.func @await_w5() {
  // expected-error @below {{'tile.await' op requires a single operand}}
  %t = "tile.await"() : () -> tensor<4x4xf32>
  return
}

// -----

func.func @await_w6(%p: !tile.pending<tensor<4x4xf32>>) {
  // expected-error @below {{'tile.await' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<?x4xf32>'}}
  %t = "tile.await"(%p) : (!tile.pending<tensor<4x4xf32>>) -> tensor<?x4xf32>
  return
}

// -----

func.func @convert_w1(%t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.convert' op expects the same tile in another layout, but got 'tensor<4x4xf32>' and 'tensor<4x8xf32>'}}
  %u = "tile.convert"(%t) : (tensor<4x4xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @convert_w2(%t: tensor<4xf32>) {
  // expected-error @below {{'tile.convert' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'tensor<4xf32>'}}
  %u = "tile.convert"(%t) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @convert_w3(%t: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.convert' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got '!tile.slot<read, tensor<4x4xf32>>'}}
  %u = "tile.convert"(%t) : (!tile.slot<read, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @convert_w4(%t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.convert' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got '!tile.slot<read, tensor<4x4xf32>>'}}
  %u = "tile.convert"(%t) : (tensor<4x4xf32>) -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @convert_w5(%t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.convert' op requires one result}}
  "tile.convert"(%t) : (tensor<4x4xf32>) -> ()
  return
}

// -----

func.func @convert_w6() {
  // expected-error @below {{'tile.convert' op requires a single operand}}
  %u = "tile.convert"() : () -> tensor<4x4xf32>
  return
}

// -----

func.func @convert_w7(%t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.convert' op requires a single operand}}
  %u = "tile.convert"(%t, %t) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @convert_w8(%t: f32) {
  // expected-error @below {{'tile.convert' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'f32'}}
  %u = "tile.convert"(%t) : (f32) -> tensor<4x4xf32>
  return
}

// -----

func.func @copy_w1(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy' op expects dims to name 2 memref dims, rows and columns, but got 1}}
  tile.copy %f, %m[%i, %i] dims = [0] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xf32>
  return
}

// -----

func.func @copy_w2(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy' op expects dims to be -1 or below the memref's rank 2, but got 2}}
  tile.copy %f, %m[%i, %i] dims = [0, 2] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xf32>
  return
}

// -----

func.func @copy_w3(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy' op expects one bound for each of the 2 tiled dims, but got 1}}
  tile.copy %f, %m[%i, %i] dims = [0, 1] bounds(%i) : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xf32>
  return
}

// -----

func.func @copy_w4(%f: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy' op operand #0 must be slot to fill, but got 'tensor<4x4xf32>'}}
  tile.copy %f, %m[%i, %i] dims = [0, 1] : tensor<4x4xf32>, memref<?x?xf32>
  return
}

// -----

func.func @copy_w5(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: tensor<4x4xf32>, %i: index) {
  // expected-error @below {{custom op 'tile.copy' invalid kind of type specified: expected builtin.memref, but found 'tensor<4x4xf32>'}}
  tile.copy %f, %m[%i, %i] dims = [0, 1] : !tile.slot<fill, tensor<4x4xf32>>, tensor<4x4xf32>
  return
}

// -----

func.func @copy_w6(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy' op expects the tile's dim 0 to have size 1, since no memref dim and no index tile runs along it, but got 4}}
  tile.copy %f, %m[%i, %i] dims = [-1, 1] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xf32>
  return
}

// -----

func.func @copy_w7(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index, %t: tensor<3x4xi32>) {
  // expected-error @below {{'tile.copy' op expects dim 0 of an index tile to be 1 or the tile's 4, but got 3}}
  tile.copy %f, %m[%i, %i] dims = [0, -1] index [1](%t : tensor<3x4xi32>) : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xf32>
  return
}

// -----

func.func @copy_w8(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index, %t: tensor<4x4xi32>) {
  // expected-error @below {{'tile.copy' op expects dim 1 to be tiled or indexed, but it is both}}
  tile.copy %f, %m[%i, %i] dims = [0, 1] index [1](%t : tensor<4x4xi32>) : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xf32>
  return
}

// -----

func.func @copy_out_w1(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op expects dims to name 2 memref dims, rows and columns, but got 1}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0] : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_w2(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op expects dims to be -1 or below the memref's rank 2, but got 2}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 2] : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_w3(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op expects one bound for each of the 2 tiled dims, but got 1}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 1] bounds(%i) : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_w4(%f: tensor<4x4xf32>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op operand #0 must be slot to read, but got 'tensor<4x4xf32>'}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 1] : tensor<4x4xf32>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_w5(%f: !tile.slot<read, tensor<4x4xf32>>, %m: tensor<4x4xf32>, %i: index) {
  // expected-error @below {{custom op 'tile.copy_out' invalid kind of type specified: expected builtin.memref, but found 'tensor<4x4xf32>'}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 1] : !tile.slot<read, tensor<4x4xf32>>, tensor<4x4xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_w6(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op expects the tile's dim 0 to have size 1, since no memref dim and no index tile runs along it, but got 4}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [-1, 1] : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_w7(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index, %t: tensor<3x4xi32>) {
  // expected-error @below {{'tile.copy_out' op expects dim 0 of an index tile to be 1 or the tile's 4, but got 3}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, -1] index [1](%t : tensor<3x4xi32>) : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_w8(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index, %t: tensor<4x4xi32>) {
  // expected-error @below {{'tile.copy_out' op expects dim 1 to be tiled or indexed, but it is both}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 1] index [1](%t : tensor<4x4xi32>) : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @claim_w1(%c: memref<?xi32>) {
  // expected-error @below {{'tile.claim' op expects one index for each of the counter's 1 dims, but got 0}}
  %n = "tile.claim"(%c) : (memref<?xi32>) -> index
  return
}

// -----

func.func @claim_w2(%c: memref<?xf32>, %i: index) {
  // expected-error @below {{'tile.claim' op operand #0 must be memref of 32-bit signless integer values, but got 'memref<?xf32>'}}
  %n = "tile.claim"(%c, %i) : (memref<?xf32>, index) -> index
  return
}

// -----

func.func @claim_w3(%c: memref<?xi32>, %i: i32) {
  // expected-error @below {{'tile.claim' op operand #1 must be variadic of index, but got 'i32'}}
  %n = "tile.claim"(%c, %i) : (memref<?xi32>, i32) -> index
  return
}

// -----

func.func @claim_w4(%c: memref<?xi32>, %i: index) {
  // expected-error @below {{'tile.claim' op result #0 must be index, but got 'i32'}}
  %n = "tile.claim"(%c, %i) : (memref<?xi32>, index) -> i32
  return
}

// -----

func.func @claim_w5(%c: memref<?xi32>, %i: index) {
  // expected-error @below {{'tile.claim' op requires one result}}
  "tile.claim"(%c, %i) : (memref<?xi32>, index) -> ()
  return
}

// -----

func.func @claim_w6() {
  // expected-error @below {{'tile.claim' op expected 1 or more operands, but found 0}}
  %n = "tile.claim"() : () -> index
  return
}

// -----

func.func @claim_w7(%c: memref<?xi32>, %i: index) {
  // expected-error @below {{'tile.claim' op expects one index for each of the counter's 1 dims, but got 2}}
  %n = "tile.claim"(%c, %i, %i) : (memref<?xi32>, index, index) -> index
  return
}

// -----

func.func @claim_w8(%c: tensor<4x4xf32>, %i: index) {
  // expected-error @below {{'tile.claim' op operand #0 must be memref of 32-bit signless integer values, but got 'tensor<4x4xf32>'}}
  %n = "tile.claim"(%c, %i) : (tensor<4x4xf32>, index) -> index
  return
}

// -----

func.func @roles_w1(%i: index) {
  // expected-error @below {{'tile.roles' op expects warps and teams of role 'a' in [1, 1024], but got 4 and 0}}
  "tile.roles"() <{names = ["a"], registers = array<i64: 0>, teams = array<i64: 0>, warps = array<i64: 4>}> ({
  ^bb0(%t: index):
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @roles_w2(%i: index) {
  // expected-error @below {{'tile.roles' op expects registers of role 'a' not to be negative, but got -1}}
  "tile.roles"() <{names = ["a"], registers = array<i64: -1>, teams = array<i64: 1>, warps = array<i64: 4>}> ({
  ^bb0(%t: index):
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @roles_w3(%i: index) {
  // expected-error @below {{'tile.roles' op expects a name, warps, teams and registers for each of its 1 roles}}
  "tile.roles"() <{names = ["a", "b"], registers = array<i64: 0>, teams = array<i64: 1>, warps = array<i64: 4>}> ({
  ^bb0(%t: index):
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @roles_w4(%i: index) {
  // expected-error @below {{'tile.roles' op attribute 'names' failed to satisfy constraint: string array attribute}}
  "tile.roles"() <{names = [1], registers = array<i64: 0>, teams = array<i64: 1>, warps = array<i64: 4>}> ({
  ^bb0(%t: index):
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @roles_w5(%i: index) {
  // expected-error @below {{'tile.roles' op requires attribute 'warps'}}
  "tile.roles"() <{names = ["a"], registers = array<i64: 0>, teams = array<i64: 1>}> ({
  ^bb0(%t: index):
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @roles_w6(%i: index) {
  // expected-error @below {{'tile.roles' op requires zero operands}}
  "tile.roles"(%i) <{names = ["a"], registers = array<i64: 0>, teams = array<i64: 1>, warps = array<i64: 4>}> ({
  ^bb0(%t: index):
    "tile.yield"() : () -> ()
  }) : (index) -> ()
  return
}

// -----

func.func @roles_w7(%i: index) {
  // expected-error @below {{'tile.roles' op expects role 'a' to take the number of a team, but got ('i32')}}
  "tile.roles"() <{names = ["a"], registers = array<i64: 0>, teams = array<i64: 1>, warps = array<i64: 4>}> ({
  ^bb0(%t: i32):
    "tile.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @roles_w8(%i: index) {
  // expected-error @below {{'tile.roles' op expects role 'a' to end with a tile.yield of nothing}}
  "tile.roles"() <{names = ["a"], registers = array<i64: 0>, teams = array<i64: 1>, warps = array<i64: 4>}> ({
  ^bb0(%t: index):
    "tile.yield"(%t) : (index) -> ()
  }) : () -> ()
  return
}
