// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cpu-expand-math=cpu=x86-64-v4 | FileCheck %s
// RUN: attn-opt %s --cpu-expand-math=cpu=x86-64-v3 | FileCheck %s --check-prefix=V3

// CHECK-LABEL: func.func @exponential
// CHECK-NOT: math.exp
// CHECK: math.roundeven
// CHECK: x86vector.avx512.mask.scalef
// V3-LABEL: func.func @exponential
// V3-NOT: scalef
// V3: arith.shli
func.func @exponential(%x: vector<16xf32>) -> vector<16xf32> {
  %y = math.exp %x : vector<16xf32>
  return %y : vector<16xf32>
}

// CHECK-LABEL: func.func @every_function
// CHECK-NOT: math.{{log|tanh|exp}}
// CHECK: return
func.func @every_function(%x: vector<16xf32>, %d: f64) -> (vector<16xf32>, f64) {
  %a = math.tanh %x : vector<16xf32>
  %b = math.log %a : vector<16xf32>
  %c = math.exp2 %b : vector<16xf32>
  %e = math.log1p %c : vector<16xf32>
  %f = math.log2 %e : vector<16xf32>
  %g = math.exp %d : f64
  %h = math.tanh %g : f64
  return %f, %h : vector<16xf32>, f64
}

// Neither level has an instruction for it.
// CHECK-LABEL: func.func @to_bf16
// CHECK-NOT: arith.truncf
// CHECK: return
func.func @to_bf16(%x: vector<16xf32>) -> vector<16xbf16> {
  %y = arith.truncf %x : vector<16xf32> to vector<16xbf16>
  return %y : vector<16xbf16>
}
