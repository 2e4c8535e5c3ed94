// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What issue, await and convert refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expects a payload of tiles, but got 'f32'}}
func.func @issue_c1_pending(%r: !tile.pending<f32>)

// -----

func.func @issue_c1(%a: !tile.slot<read>, %b: tensor<4x4xf32>) {
  // expected-error @below {{'tile.issue' op expects a slot of one tile, but got one of 0}}
  %p = tile.issue %a, %b : !tile.slot<read>, tensor<4x4xf32> -> !tile.pending<tensor<4x4xf32>>
  return
}

// -----

func.func @issue_c2(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>) {
  // expected-error @below {{'tile.issue' op expects a result with a tile, but got '!tile.pending'}}
  %p = tile.issue %a, %b : tensor<4x4xf32>, tensor<4x4xf32> -> !tile.pending
  return
}

// -----

func.func @issue_c3(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>, %c: !tile.pending) {
  // expected-error @below {{'tile.issue' op expects c to be a product, but got a copy in flight}}
  %p = tile.issue %a, %b, %c : tensor<4x4xf32>, tensor<4x4xf32>, !tile.pending -> !tile.pending<tensor<4x4xf32>>
  return
}

// -----

func.func @issue_c4(%a: tensor<4x4xf32>, %b: !tile.slot<read, tensor<8x4xf32>>) {
  // expected-error @below {{'tile.issue' op expects the contracted sizes of a and b to match, but got 4 and 8}}
  %p = tile.issue %a, %b : tensor<4x4xf32>, !tile.slot<read, tensor<8x4xf32>> -> !tile.pending<tensor<4x4xf32>>
  return
}

// -----

func.func @issue_c4_element(%a: tensor<4x4xf32>, %b: !tile.slot<read, tensor<4x4xbf16>>) {
  // expected-error @below {{'tile.issue' op expects a and b to have one element type, but got 'f32' and 'bf16'}}
  %p = tile.issue %a, %b : tensor<4x4xf32>, !tile.slot<read, tensor<4x4xbf16>> -> !tile.pending<tensor<4x4xf32>>
  return
}

// -----

func.func @issue_c4_chain(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>, %c: !tile.pending<tensor<4x8xf32>>) {
  // expected-error @below {{'tile.issue' op expects c to have the result's type 'tensor<4x4xf32>', but got 'tensor<4x8xf32>'}}
  %p = tile.issue %a, %b, %c : tensor<4x4xf32>, tensor<4x4xf32>, !tile.pending<tensor<4x8xf32>> -> !tile.pending<tensor<4x4xf32>>
  return
}

// -----

func.func @issue_c5(%a: tensor<64x64xbf16>, %b: !tile.slot<read, tensor<64x64xbf16>>) {
  // expected-error @below {{'tile.issue' op expects an instruction that fits, but #cuda.mma<m16n8k16, bf16> is waited for, but the product is begun}}
  %p = tile.issue %a, %b by(#cuda.mma<m16n8k16, bf16>) : tensor<64x64xbf16>, !tile.slot<read, tensor<64x64xbf16>> -> !tile.pending<tensor<64x64xf32>>
  return
}

// -----

func.func @issue_c5_right_in_registers(%a: tensor<64x64xbf16>) {
  // expected-error @below {{but #cuda.wgmma<m64n64k16, bf16> reads b from a slot, but it lies in registers}}
  %p = tile.issue %a, %a by(#cuda.wgmma<m64n64k16, bf16>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<64x64xf32>>
  return
}

// -----

func.func @issue_c5_left_in_a_slot(%b: !tile.slot<read, tensor<64x64xbf16>>) {
  // expected-error @below {{but #cuda.wgmma<m64n64k16, bf16, a = registers> reads a from registers, but it lies in a slot}}
  %p = tile.issue %b, %b by(#cuda.wgmma<m64n64k16, bf16, a = registers>) : !tile.slot<read, tensor<64x64xbf16>>, !tile.slot<read, tensor<64x64xbf16>> -> !tile.pending<tensor<64x64xf32>>
  return
}

// -----

func.func @issue_c5_no_instruction(%a: tensor<64x64xbf16>) {
  // expected-error @below {{invalid kind of attribute specified}}
  %p = tile.issue %a, %a by("mma") : tensor<64x64xbf16>, tensor<64x64xbf16> -> !tile.pending<tensor<64x64xf32>>
  return
}

// -----

func.func @await_c1(%p: !tile.pending) {
  // expected-error @below {{'tile.await' op expects no result for a copy, but got 'tensor<4x4xf32>'}}
  %t = tile.await %p : !tile.pending -> tensor<4x4xf32>
  return
}

// -----

func.func @await_c2(%p: !tile.pending<tensor<4x8xf32>>) {
  // expected-error @below {{'tile.await' op expects a result of 'tensor<4x8xf32>', but got 'tensor<4x4xf32>'}}
  %t = tile.await %p : !tile.pending<tensor<4x8xf32>> -> tensor<4x4xf32>
  return
}

// -----

func.func @await_c2_none(%p: !tile.pending<tensor<4x8xf32>>) {
  // expected-error @below {{'tile.await' op expects a result of 'tensor<4x8xf32>', but got 'none'}}
  tile.await %p : !tile.pending<tensor<4x8xf32>>
  return
}

// -----

func.func @convert_c1(%t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.convert' op expects the same tile in another layout, but got 'tensor<4x4xf32>' and 'tensor<4x4xbf16>'}}
  %u = tile.convert %t : tensor<4x4xf32> -> tensor<4x4xbf16>
  return
}
