// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the types and attributes refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expects a plane of 4 extents (batch, heads, queries, keys), but got 3}}
func.func private @plane_c1_three() -> !attn.scores<8x16x16xf32>

// -----

// expected-error @below {{expects a plane of 4 extents (batch, heads, queries, keys), but got 5}}
func.func private @plane_c1_five() -> !attn.weights<1x1x8x16x16xf32>

// -----

// expected-error @below {{expects a plane of 4 extents (batch, heads, queries, keys), but got 0}}
func.func private @plane_c1_none() -> !attn.weights<f32>

// -----

// expected-error @below {{expects a plane's element type to be f32 or f64, but got 'bf16'}}
func.func private @plane_c2_bf16() -> !attn.scores<1x8x16x16xbf16>

// -----

// expected-error @below {{expects a plane's element type to be f32 or f64, but got 'tensor<f32>'}}
func.func private @plane_c2_tensor() -> !attn.weights<1x8x16x16xtensor<f32>>

// -----

// expected-error @below {{expects a captured element type of f16, bf16, f32, f64, i1, i8, i16, i32 or i64, but got 'i7'}}
func.func private @captured_c1_i7() -> !attn.captured<i7>

// -----

// expected-error @below {{expects a captured element type of f16, bf16, f32, f64, i1, i8, i16, i32 or i64, but got 'ui8'}}
func.func private @captured_c1_unsigned() -> !attn.captured<8xui8>

// -----

// expected-error @below {{expects a captured element type of f16, bf16, f32, f64, i1, i8, i16, i32 or i64, but got 'index'}}
func.func private @captured_c1_index() -> !attn.captured<8xindex>

// -----

// expected-error @below {{expected non-function type}}
func.func private @captured_unranked() -> !attn.captured<*xf32>

// -----

// expected-error @below {{expected non-function type}}
func.func private @plane_negative() -> !attn.scores<-1x8x16x16xf32>

// -----

// expected-error @below {{invalid dimension}}
func.func private @plane_huge() -> !attn.scores<99999999999999999999x8x16x16xf32>

// -----

// expected-error @below {{unbalanced '<' character in pretty dialect name}}
func.func private @plane_unclosed() -> !attn.scores<1x8x16x16xf32

// -----

// expected-error @below {{unknown  type `plane` in dialect `attn`}}
func.func private @unknown_type() -> !attn.plane<1x8x16x16xf32>

// -----

// expected-error @below {{expected ::attn::Sink to be one of: none, learnable, off_by_one}}
// expected-error @below {{failed to parse Attn_Softmax parameter 'sink' which is to be a `::attn::Sink`}}
func.func private @softmax_sink() attributes {a = #attn.softmax<sink = sometimes>}

// -----

// expected-error @below {{integer value too large}}
// expected-error @below {{failed to parse Attn_Sigmoid parameter 'bias' which is to be a `bool`}}
func.func private @sigmoid_bias() attributes {a = #attn.sigmoid<bias = 3>}

// -----

// expected-error @below {{expected ::attn::Align to be one of: top_left, bottom_right}}
// expected-error @below {{failed to parse Attn_AlignAttr parameter 'value' which is to be a `::attn::Align`}}
func.func private @align_word() attributes {a = #attn.align<middle>}

// -----

// expected-error @below {{unknown attribute `hardmax` in dialect `attn`}}
func.func private @unknown_attribute() attributes {a = #attn.hardmax}
