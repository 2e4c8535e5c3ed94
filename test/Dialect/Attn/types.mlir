// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of the types and attributes.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s

// CHECK: func private @planes() -> (!attn.scores<1x8x?x?xf32>, !attn.weights<?x?x?x?xf64>)
func.func private @planes() -> (!attn.scores<1x8x?x?xf32>, !attn.weights<?x?x?x?xf64>)
// CHECK: func private @empty() -> !attn.scores<0x8x0x16xf32>
func.func private @empty() -> !attn.scores<0x8x0x16xf32>
// CHECK: func private @mask() -> !attn.mask
func.func private @mask() -> !attn.mask
// CHECK: func private @captured() -> (!attn.captured<f16>, !attn.captured<?xbf16>, !attn.captured<1x2x3xi1>)
func.func private @captured() -> (!attn.captured<f16>, !attn.captured<?xbf16>, !attn.captured<1x2x3xi1>)
// CHECK: func private @integers() -> (!attn.captured<i8>, !attn.captured<i16>, !attn.captured<i32>, !attn.captured<i64>)
func.func private @integers() -> (!attn.captured<i8>, !attn.captured<i16>, !attn.captured<i32>, !attn.captured<i64>)

// CHECK: func private @normalizers() attributes {
// CHECK-SAME: a = #attn.softmax<sink = none>, b = #attn.softmax<sink = learnable>, c = #attn.softmax<sink = off_by_one>,
// CHECK-SAME: d = #attn.sigmoid<bias = true>, e = #attn.relu, f = #attn.none}
func.func private @normalizers() attributes {
  a = #attn.softmax<sink = none>, b = #attn.softmax<sink = learnable>, c = #attn.softmax<sink = off_by_one>,
  d = #attn.sigmoid<bias = true>, e = #attn.relu, f = #attn.none}

// CHECK: func private @enums() attributes {
// CHECK-SAME: a = #attn.align<bottom_right>, b = #attn.lse_base<two>, c = #attn.gate_domain<log>,
// CHECK-SAME: d = #attn.reduce_kind<diagonal_sum>, e = #attn.attend_result<partial>, f = #attn.axis<key>}
func.func private @enums() attributes {
  a = #attn.align<bottom_right>, b = #attn.lse_base<two>, c = #attn.gate_domain<log>,
  d = #attn.reduce_kind<diagonal_sum>, e = #attn.attend_result<partial>, f = #attn.axis<key>}
