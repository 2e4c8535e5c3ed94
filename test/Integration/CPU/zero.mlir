// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No heads share no heads, and a row whose pairs divide by its position 0 is open: oracle, compiled code and interpreted
// tile programs take both.
// DEFINE: %{heads} = 2
// DEFINE: %{rows} = 70
// DEFINE: %{q} = --arg shape=1x%{heads}x%{rows}x32:f32:normal
// DEFINE: %{run} = attn-run %s %{q} %{q} %{q} --compare=reference --backend
// RUN: %{run}=cpu
// RUN: %{run}=interpret
// REDEFINE: %{heads} = 0
// RUN: %{run}=cpu
// RUN: %{run}=interpret

// The other rows have numbers.
// RUN: attn-run %s --arg shape=1x1x3x32:f32:ones --arg shape=1x1x3x32:f32:ones --arg shape=1x1x3x32:f32:ones \
// RUN:   --backend=reference --print | FileCheck %s
// CHECK: o = dense<{{\[+}}0x7FF8{{[^]]*}}], [{{[0-9.e+, -]+}}], [{{[0-9.e+, -]+}}]]]]>

!tokens = tensor<?x?x?x32xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @zero(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %t = attn.modify %s : (!scores) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %quotient = arith.divsi %j, %i : index
    %rest = arith.remsi %j, %i : index
    %sum = arith.addi %quotient, %rest : index
    %number = arith.index_cast %sum : index to i32
    %bias = arith.sitofp %number : i32 to f32
    %y = arith.addf %x, %bias : f32
    attn.yield %y : f32
  }
  %w = attn.normalize %t softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
