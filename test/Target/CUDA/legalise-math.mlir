// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-legalise-math | FileCheck %s
// RUN: attn-opt %S/Inputs/scalars.mlir --cuda-legalise-math | FileCheck %s --check-prefix=ALL
// RUN: attn-opt %S/Inputs/scalars.mlir --cuda-kernels-to-llvm | FileCheck %s --check-prefix=LOWERED

// The polynomials, and the one instruction that is precise enough.
// CHECK-LABEL: func.func @precise
// CHECK-NOT: math.{{exp |log|tanh}}
// CHECK: arith.shli
// CHECK: math.exp2 %{{.*}} : f32
// CHECK-NOT: math.{{exp |log|tanh}}
func.func @precise(%x: f32) -> (f32, f32, f32, f32) {
  %a = math.exp %x : f32
  %b = math.exp2 %x : f32
  %c = math.log %x : f32
  %d = math.tanh %x : f32
  return %a, %b, %c, %d : f32, f32, f32, f32
}

// CHECK-LABEL: func.func @approximate
// CHECK: %[[S:.*]] = arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f"(%[[S]])
// CHECK: llvm.call_intrinsic "llvm.nvvm.lg2.approx.f"
// CHECK: arith.mulf
// CHECK: llvm.call_intrinsic "llvm.nvvm.lg2.approx.f"
// CHECK-NOT: arith.mulf
// CHECK: math.tanh %{{.*}} fastmath<afn> : f32
// CHECK: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"
func.func @approximate(%x: f32) -> (f32, f32, f32, f32, f32) {
  %a = math.exp %x fastmath<afn> : f32
  %b = math.log %x fastmath<afn> : f32
  %c = math.log2 %x fastmath<afn> : f32
  %d = math.tanh %x fastmath<afn> : f32
  %e = math.rsqrt %x fastmath<afn> : f32
  return %a, %b, %c, %d, %e : f32, f32, f32, f32, f32
}

// 16-bit floats are computed in f32, rounded once.
// CHECK-LABEL: func.func @small
// CHECK: %[[X:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK: %[[Y:.*]] = math.exp2 %[[X]] : f32
// CHECK: arith.truncf %[[Y]] : f32 to bf16
func.func @small(%x: bf16) -> bf16 {
  %a = math.exp2 %x : bf16
  return %a : bf16
}

// ALL-NOT: math.{{exp |expm1|log|sin %[^ ]* :|cos %[^ ]* :|tanh %[^ ]* :|erf|powf}}
// LOWERED-NOT: {{arith|math|scf|memref|index|cf}}.
// LOWERED: llvm.intr.maximum
