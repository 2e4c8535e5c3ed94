// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What masks that read a tensor refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @prefix_c1(%s: !attn.scores<2x8x16x16xf32>, %l: tensor<1xi32>) {
  %m = attn.prefix %l : tensor<1xi32>
  // expected-error @below {{'attn.mask' op expects one prefix length per batch entry (2), but got 'tensor<1xi32>'}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @prefix_c1_in_attend(%q: tensor<2x8x16x64xf32>, %l: tensor<3xi32>) {
  %m = attn.prefix %l : tensor<3xi32>
  // expected-error @below {{'attn.attend' op expects one prefix length per batch entry (2), but got 'tensor<3xi32>'}}
  %r = attn.attend terms(%q, %q) mask(%m) normalize softmax results(row_max)
    : (tensor<2x8x16x64xf32>, tensor<2x8x16x64xf32>, !attn.mask) -> tensor<2x8x16xf32>
  return
}

// -----

func.func @prefix_rank(%l: tensor<2x1xi32>) {
  // expected-error @below {{'attn.prefix' op operand #0 must be 1D tensor of 32-bit signless integer values, but got 'tensor<2x1xi32>'}}
  %m = attn.prefix %l : tensor<2x1xi32>
  return
}

// -----

func.func @prefix_unranked(%l: tensor<*xi32>) {
  // expected-error @below {{custom op 'attn.prefix' invalid kind of type specified: expected builtin.tensor, but found 'tensor<*xi32>'}}
  %m = attn.prefix %l : tensor<*xi32>
  return
}

// -----

func.func @prefix_i64(%l: tensor<2xi64>) {
  // expected-error @below {{'attn.prefix' op operand #0 must be 1D tensor of 32-bit signless integer values, but got 'tensor<2xi64>'}}
  %m = attn.prefix %l : tensor<2xi64>
  return
}

// -----

func.func @prefix_scalar(%l: i32) {
  // expected-error @below {{custom op 'attn.prefix' invalid kind of type specified: expected builtin.tensor, but found 'i32'}}
  %m = attn.prefix %l : i32
  return
}

// -----

// expected-note @below {{prior use here}}
func.func @prefix_type_mismatch(%l: tensor<2xi32>) {
  // expected-error @below {{use of value '%l' expects different type than prior uses: 'tensor<3xi32>' vs 'tensor<2xi32>'}}
  %m = attn.prefix %l : tensor<3xi32>
  return
}

// -----

func.func @prefix_missing() {
  // expected-error @below {{'attn.prefix' op requires a single operand}}
  %m = "attn.prefix"() : () -> !attn.mask
  return
}

// -----

func.func @dense_c1_batch(%s: !attn.scores<2x8x16x32xf32>, %t: tensor<3x8x16x32xi1>) {
  %m = attn.dense %t : tensor<3x8x16x32xi1>
  // expected-error @below {{'attn.mask' op expects the batch extent of a dense mask to be 1 or 2, but got 3}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x32xf32>
  return
}

// -----

func.func @dense_c1_heads(%s: !attn.scores<2x8x16x32xf32>, %t: tensor<1x2x16x32xi8>) {
  %m = attn.dense %t : tensor<1x2x16x32xi8>
  // expected-error @below {{'attn.mask' op expects the heads extent of a dense mask to be 1 or 8, but got 2}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x32xf32>
  return
}

// -----

func.func @dense_c1_queries(%s: !attn.scores<2x8x16x32xf32>, %t: tensor<1x1x32x32xi1>) {
  %m = attn.dense %t : tensor<1x1x32x32xi1>
  // expected-error @below {{'attn.mask' op expects the queries extent of a dense mask to be 1 or 16, but got 32}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x32xf32>
  return
}

// -----

func.func @dense_c1_keys(%s: !attn.scores<2x8x16x32xf32>, %t: tensor<1x1x1x0xi1>) {
  %m = attn.dense %t : tensor<1x1x1x0xi1>
  // expected-error @below {{'attn.mask' op expects the keys extent of a dense mask to be 1 or 32, but got 0}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x32xf32>
  return
}

// -----

func.func @dense_rank(%t: tensor<16x32xi1>) {
  // expected-error @below {{'attn.dense' op operand #0 must be 4D tensor of 1-bit signless integer or 8-bit signless integer values, but got 'tensor<16x32xi1>'}}
  %m = attn.dense %t : tensor<16x32xi1>
  return
}

// -----

func.func @dense_float(%t: tensor<1x1x16x32xf32>) {
  // expected-error @below {{'attn.dense' op operand #0 must be 4D tensor of 1-bit signless integer or 8-bit signless integer values, but got 'tensor<1x1x16x32xf32>'}}
  %m = attn.dense %t : tensor<1x1x16x32xf32>
  return
}

// -----

func.func @dense_i16(%t: tensor<1x1x16x32xi16>) {
  // expected-error @below {{'attn.dense' op operand #0 must be 4D tensor of 1-bit signless integer or 8-bit signless integer values, but got 'tensor<1x1x16x32xi16>'}}
  %m = attn.dense %t : tensor<1x1x16x32xi16>
  return
}

// -----

func.func @dense_memref(%t: memref<1x1x16x32xi1>) {
  // expected-error @below {{custom op 'attn.dense' invalid kind of type specified: expected builtin.tensor, but found 'memref<1x1x16x32xi1>'}}
  %m = attn.dense %t : memref<1x1x16x32xi1>
  return
}

// -----

func.func @blocks_c1_rows(%c: tensor<1x8x1xi32>, %i: tensor<1x8x1x4xi32>) {
  // expected-error @below {{'attn.blocks' op expects rows to be from 1 to 2147483647, but got 0}}
  %m = attn.blocks %c, %i block(0, 16) : tensor<1x8x1xi32>, tensor<1x8x1x4xi32>
  return
}

// -----

func.func @blocks_c1_columns(%c: tensor<1x8x1xi32>, %i: tensor<1x8x1x4xi32>) {
  // expected-error @below {{'attn.blocks' op expects columns to be from 1 to 2147483647, but got -16}}
  %m = attn.blocks %c, %i block(16, -16) : tensor<1x8x1xi32>, tensor<1x8x1x4xi32>
  return
}

// -----

func.func @blocks_c2(%c: tensor<1x8x1xi32>, %i: tensor<1x8x2x4xi32>) {
  // expected-error @below {{'attn.blocks' op expects counts [B, Hs, Mb] and indices [B, Hs, Mb, max] to agree, but got 'tensor<1x8x1xi32>' and 'tensor<1x8x2x4xi32>'}}
  %m = attn.blocks %c, %i block(16, 16) : tensor<1x8x1xi32>, tensor<1x8x2x4xi32>
  return
}

// -----

func.func @blocks_c3_dynamic(%c: tensor<1x?x1xi32>, %i: tensor<1x8x1x4xi32>) {
  // expected-error @below {{'attn.blocks' op expects the heads extent of counts and indices to be static and 1 or more, but got ?}}
  %m = attn.blocks %c, %i block(16, 16) : tensor<1x?x1xi32>, tensor<1x8x1x4xi32>
  return
}

// -----

func.func @blocks_c3_no_heads(%s: !attn.scores<1x8x16x16xf32>, %c: tensor<1x0x1xi32>, %i: tensor<1x0x1x4xi32>) {
  // expected-error @below {{'attn.blocks' op expects the heads extent of counts and indices to be static and 1 or more, but got 0}}
  %m = attn.blocks %c, %i block(16, 16) : tensor<1x0x1xi32>, tensor<1x0x1x4xi32>
  %r = attn.mask %s, %m : !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @blocks_c4(%q: tensor<1x8x16x64xf32>, %cu: tensor<3xi32>, %c: tensor<1x8x1xi32>, %i: tensor<1x8x1x4xi32>) {
  %s = attn.score %q, %q domain(align = top_left, segments(%cu, %cu))
    : (tensor<1x8x16x64xf32>, tensor<1x8x16x64xf32>, tensor<3xi32>, tensor<3xi32>) -> !attn.scores<1x8x16x16xf32>
  %m = attn.blocks %c, %i block(16, 16) : tensor<1x8x1xi32>, tensor<1x8x1x4xi32>
  // expected-error @below {{'attn.mask' op expects no segments with a block table}}
  %r = attn.mask %s, %m : !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @blocks_c5(%s: !attn.scores<2x8x16x16xf32>, %c: tensor<3x8x1xi32>, %i: tensor<3x8x1x4xi32>) {
  %m = attn.blocks %c, %i block(16, 16) : tensor<3x8x1xi32>, tensor<3x8x1x4xi32>
  // expected-error @below {{'attn.mask' op expects the batch extent of a block table to be 1 or 2, but got 3}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @blocks_c6(%s: !attn.scores<2x8x16x16xf32>, %c: tensor<2x3x1xi32>, %i: tensor<2x3x1x4xi32>) {
  %m = attn.blocks %c, %i block(16, 16) : tensor<2x3x1xi32>, tensor<2x3x1x4xi32>
  // expected-error @below {{'attn.mask' op expects the heads of a block table to divide 8, but got 3}}
  %r = attn.mask %s, %m : !attn.scores<2x8x16x16xf32>
  return
}

// -----

func.func @blocks_c7(%s: !attn.scores<2x8x17x16xf32>, %c: tensor<2x8x1xi32>, %i: tensor<2x8x1x4xi32>) {
  %m = attn.blocks %c, %i block(16, 16) : tensor<2x8x1xi32>, tensor<2x8x1x4xi32>
  // expected-error @below {{'attn.mask' op expects a block table of 2 rows for 17 queries, but got 1}}
  %r = attn.mask %s, %m : !attn.scores<2x8x17x16xf32>
  return
}

// -----

func.func @blocks_counts_i64(%c: tensor<1x8x1xi64>, %i: tensor<1x8x1x4xi32>) {
  // expected-error @below {{'attn.blocks' op operand #0 must be 3D tensor of 32-bit signless integer values, but got 'tensor<1x8x1xi64>'}}
  %m = attn.blocks %c, %i block(16, 16) : tensor<1x8x1xi64>, tensor<1x8x1x4xi32>
  return
}

// -----

func.func @blocks_indices_rank(%c: tensor<1x8x1xi32>, %i: tensor<1x8x1xi32>) {
  // expected-error @below {{'attn.blocks' op operand #1 must be 4D tensor of 32-bit signless integer values, but got 'tensor<1x8x1xi32>'}}
  %m = attn.blocks %c, %i block(16, 16) : tensor<1x8x1xi32>, tensor<1x8x1xi32>
  return
}

// -----

func.func @blocks_one_size(%c: tensor<1x8x1xi32>, %i: tensor<1x8x1x4xi32>) {
  // expected-error @below {{expected ','}}
  %m = attn.blocks %c, %i block(16) : tensor<1x8x1xi32>, tensor<1x8x1x4xi32>
  return
}
