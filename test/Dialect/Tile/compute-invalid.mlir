// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tile.mma, tile.reduce and tile.scan refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @mma_c1(%a: tensor<4x8xf16>, %b: tensor<8x4xbf16>) {
  // expected-error @below {{'tile.mma' op expects a and b to have one element type, but got 'f16' and 'bf16'}}
  %r = tile.mma %a, %b : tensor<4x8xf16>, tensor<8x4xbf16> -> tensor<4x4xf32>
  return
}

// -----

func.func @mma_c2(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) {
  // expected-error @below {{'tile.mma' op expects the contracted sizes of a and b to match, but got 8 and 4}}
  %r = tile.mma %a, %b : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @mma_c2_transposed(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{'tile.mma' op expects the contracted sizes of a and b to match, but got 8 and 4}}
  %r = tile.mma %a, %b {transB} : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @mma_c3(%a: tensor<4x8xf32>, %b: tensor<8x2xf32>) {
  // expected-error @below {{'tile.mma' op expects a result of shape 4x2, but got 2x4}}
  %r = tile.mma %a, %b : tensor<4x8xf32>, tensor<8x2xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @mma_c4_f64(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{'tile.mma' op expects a result of f32 for operands of 'f32', but got 'f64'}}
  %r = tile.mma %a, %b : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf64>
  return
}

// -----

func.func @mma_c4_f32(%a: tensor<4x8xf64>, %b: tensor<8x4xf64>) {
  // expected-error @below {{'tile.mma' op expects a result of f64 for operands of 'f64', but got 'f32'}}
  %r = tile.mma %a, %b : tensor<4x8xf64>, tensor<8x4xf64> -> tensor<4x4xf32>
  return
}

// -----

func.func @mma_c5(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>, %c: tensor<1x4xf32>) {
  // expected-error @below {{'tile.mma' op expects c to have the result's type 'tensor<4x4xf32>', but got 'tensor<1x4xf32>'}}
  %r = tile.mma %a, %b, %c : tensor<4x8xf32>, tensor<8x4xf32>, tensor<1x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @mma_c6(%a: tensor<4x8xbf16>, %b: tensor<8x4xbf16>) {
  // expected-error @below {{'tile.mma' op expects an instruction that fits, but #cuda.mma<m16n8k16, f16> multiplies f16, but the operands are of bf16}}
  %r = tile.mma %a, %b by(#cuda.mma<m16n8k16, f16>) : tensor<4x8xbf16>, tensor<8x4xbf16> -> tensor<4x4xf32>
  return
}

// -----

func.func @mma_integers(%a: tensor<4x8xi8>, %b: tensor<8x4xi8>) {
  // expected-error @below {{'tile.mma' op operand #0 must be tile of f16, bf16, f32 or f64, but got 'tensor<4x8xi8>'}}
  %r = tile.mma %a, %b : tensor<4x8xi8>, tensor<8x4xi8> -> tensor<4x4xi32>
  return
}

// -----

func.func @mma_bf16_result(%a: tensor<4x8xbf16>, %b: tensor<8x4xbf16>) {
  // expected-error @below {{'tile.mma' op result #0 must be tile of f32 or f64, but got 'tensor<4x4xbf16>'}}
  %r = tile.mma %a, %b : tensor<4x8xbf16>, tensor<8x4xbf16> -> tensor<4x4xbf16>
  return
}

// -----

func.func @mma_dynamic(%a: tensor<?x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{'tile.mma' op operand #0 must be tile of f16, bf16, f32 or f64, but got 'tensor<?x8xf32>'}}
  %r = tile.mma %a, %b : tensor<?x8xf32>, tensor<8x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @mma_word(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error @below {{expected ':'}}
  %r = tile.mma %a, %b transB : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @reduce_c1(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects dim to be 0 or 1, but got 2}}
  %r = tile.reduce max %s dim 2 : tensor<4x8xf32> -> tensor<4x1xf32>
  return
}

// -----

func.func @reduce_c1_negative(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects dim to be 0 or 1, but got -1}}
  %r = tile.reduce max %s dim -1 : tensor<4x8xf32> -> tensor<4x1xf32>
  return
}

// -----

func.func @reduce_c2(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects source and result to have one element type, but got 'f32' and 'f64'}}
  %r = tile.reduce max %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf64>
  return
}

// -----

func.func @reduce_c3(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects a result of shape 1x8, but got 4x1}}
  %r = tile.reduce max %s dim 0 : tensor<4x8xf32> -> tensor<4x1xf32>
  return
}

// -----

func.func @reduce_c4_neither(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects either a kind or a region, but got neither}}
  %r = tile.reduce %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf32> {
  }
  return
}

// -----

func.func @reduce_c4_both(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects either a kind or a region, but got both}}
  %r = "tile.reduce"(%s) <{dim = 1 : i64, kind = #tile<combine add>}> ({
  ^bb0(%x: f32, %y: f32):
    tile.yield %x : f32
  }) : (tensor<4x8xf32>) -> tensor<4x1xf32>
  return
}

// -----

func.func @reduce_c5(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects a region of two arguments of type 'f32', but got ('f32')}}
  %r = tile.reduce %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%x: f32):
    tile.yield %x : f32
  }
  return
}

// -----

func.func @reduce_c6_type(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects the region to yield one 'f32', but got tile.yield of ('f32', 'f32')}}
  %r = tile.reduce %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%x: f32, %y: f32):
    tile.yield %x, %y : f32, f32
  }
  return
}

// -----

func.func @reduce_c6_no_terminator(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects the region to yield one 'f32', but got arith.addf of ('f32', 'f32')}}
  %r = tile.reduce %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%x: f32, %y: f32):
    %z = arith.addf %x, %y : f32
  }
  return
}

// -----

func.func @reduce_empty_block(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.reduce' op expects a non-empty block}}
  %r = tile.reduce %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf32> {
  ^bb0(%x: f32, %y: f32):
  }
  return
}

// -----

func.func @reduce_kind_word(%s: tensor<4x8xf32>) {
  // expected-error @below {{custom op 'tile.reduce' expects add, mul, max or min, but got 'sum'}}
  %r = tile.reduce sum %s dim 1 : tensor<4x8xf32> -> tensor<4x1xf32>
  return
}

// -----

func.func @reduce_own_attribute_in_dictionary(%s: tensor<4x8xf32>) {
  // expected-error @below {{custom op 'tile.reduce' expects no 'dim' in the attribute dictionary}}
  %r = tile.reduce max %s dim 1 {dim = 0 : i64} : tensor<4x8xf32> -> tensor<4x1xf32>
  return
}

// -----

func.func @reduce_i1(%s: tensor<4x8xi1>) {
  // expected-error @below {{'tile.reduce' op operand #0 must be tile of numbers, but got 'tensor<4x8xi1>'}}
  %r = tile.reduce max %s dim 1 : tensor<4x8xi1> -> tensor<4x1xi1>
  return
}

// -----

func.func @reduce_dim_huge(%s: tensor<4x8xf32>) {
  // expected-error @below {{custom op 'tile.reduce' integer value too large}}
  %r = tile.reduce max %s dim 99999999999999999999 : tensor<4x8xf32> -> tensor<4x1xf32>
  return
}

// -----

func.func @scan_c1(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.scan' op expects dim to be 0 or 1, but got 2}}
  %r = tile.scan add %s dim 2 : tensor<4x8xf32>
  return
}

// -----

func.func @scan_c1_negative(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.scan' op expects dim to be 0 or 1, but got -9223372036854775808}}
  %r = tile.scan add %s dim -9223372036854775808 : tensor<4x8xf32>
  return
}

// -----

func.func @scan_c2(%s: tensor<4x8xf32>) {
  // expected-error @below {{'tile.scan' op requires the same type for all operands and results}}
  %r = "tile.scan"(%s) <{kind = #tile<combine add>, dim = 0 : i64}> : (tensor<4x8xf32>) -> tensor<4x8xf64>
  return
}

// -----

func.func @scan_kind_word(%s: tensor<4x8xf32>) {
  // expected-error @below {{custom op 'tile.scan' expected ::attn::tile::CombineKind to be one of: add, mul, max, min}}
  // expected-error @below {{custom op 'tile.scan' failed to parse Tile_CombineKindAttr parameter 'value' which is to be a `::attn::tile::CombineKind`}}
  %r = tile.scan sum %s dim 0 : tensor<4x8xf32>
  return
}

// -----

func.func @scan_kind_missing(%s: tensor<4x8xf32>) {
  // expected-error @below {{custom op 'tile.scan' expected valid keyword or string}}
  // expected-error @below {{custom op 'tile.scan' failed to parse Tile_CombineKindAttr parameter 'value' which is to be a `::attn::tile::CombineKind`}}
  %r = tile.scan %s dim 0 : tensor<4x8xf32>
  return
}

// -----

func.func @scan_i1(%s: tensor<4x8xi1>) {
  // expected-error @below {{'tile.scan' op operand #0 must be tile of numbers, but got 'tensor<4x8xi1>'}}
  %r = tile.scan max %s dim 0 : tensor<4x8xi1>
  return
}

// -----

func.func @scan_rank(%s: tensor<8xf32>) {
  // expected-error @below {{'tile.scan' op operand #0 must be tile of numbers, but got 'tensor<8xf32>'}}
  %r = tile.scan max %s dim 0 : tensor<8xf32>
  return
}

// -----

func.func @scan_flag(%s: tensor<4x8xf32>) {
  // expected-error @below {{custom op 'tile.scan' 'tile.scan' op attribute 'exclusive' failed to satisfy constraint: unit attribute}}
  %r = tile.scan max %s dim 0 {exclusive = 4 : i32} : tensor<4x8xf32>
  return
}

// -----

func.func @scan_dim_missing(%s: tensor<4x8xf32>) {
  // expected-error @below {{custom op 'tile.scan' expected 'dim'}}
  %r = tile.scan max %s : tensor<4x8xf32>
  return
}
