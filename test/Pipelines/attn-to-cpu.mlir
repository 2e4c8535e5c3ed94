// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The whole road as one flag: a function goes in, a module of the LLVM dialect with a manifest comes out.
// RUN: attn-opt %s --attn-to-cpu | FileCheck %s
// RUN: attn-opt %s --attn-to-cpu="cpu=x86-64-v3" | FileCheck %s
// RUN: attn-opt %s --attn-to-cpu="cpu=x86-64-v4" | FileCheck %s
// RUN: not attn-opt %s --attn-to-cpu="cpu=z80" 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not attn-opt %s --attn-to-cpu="speed=high" 2>&1 | FileCheck %s --check-prefix=OPTION

// CHECK-NOT: {{^ *(%[^=]*= )?"?(attn|tile|launch|memref|vector|scf|func|arith|builtin)[.]}}
// CHECK: llvm.mlir.global {{.*}}@attn_manifest_v1
// CPU: expects CPU to be x86-64-v3, {{.*}}, but got 'z80'
// OPTION: no such option speed

!tokens = tensor<?x?x?x16xf32>
func.func @plain(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
}
