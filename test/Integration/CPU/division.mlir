// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No integer division of a region ends the process, whatever the tensors hold: not by 0, and not the least number by -1.
// DEFINE: %{q} = --arg shape=1x2x70x32:f32:normal
// DEFINE: %{args} = %{q} %{q} %{q}
// RUN: attn-run %s %{args} --arg '[3]:i32' --arg '[7]:i32' --compare=reference
// RUN: attn-run %s %{args} --arg '[-1]:i32' --arg '[7]:i32' --compare=reference
// RUN: attn-run %s %{args} --arg '[0]:i32' --arg '[7]:i32' --compare=reference
// RUN: attn-run %s %{args} --arg '[-1]:i32' --arg '[-2147483648]:i32' --compare=reference
// RUN: attn-run %s %{args} --arg '[0]:i32' --arg '[-2147483648]:i32' --compare=reference

!tokens = tensor<?x?x?x32xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @division(%q: !tokens, %k: !tokens, %v: !tokens, %by: tensor<1xi32>, %of: tensor<1xi32>) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %t = attn.modify %s, %by, %of : (!scores, tensor<1xi32>, tensor<1xi32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<1xi32>, %o: !attn.captured<1xi32>):
    %zero = arith.constant 0 : index
    %divisor = attn.lookup %c[%zero] : !attn.captured<1xi32>
    %dividend = attn.lookup %o[%zero] : !attn.captured<1xi32>
    %0 = arith.divsi %dividend, %divisor : i32
    %1 = arith.remsi %dividend, %divisor : i32
    %2 = arith.floordivsi %dividend, %divisor : i32
    %3 = arith.ceildivsi %dividend, %divisor : i32
    %4 = arith.addi %0, %1 : i32
    %5 = arith.addi %2, %3 : i32
    %6 = arith.addi %4, %5 : i32
    %bias = arith.sitofp %6 : i32 to f32
    %y = arith.addf %x, %bias : f32
    attn.yield %y : f32
  }
  %m = attn.mask_region(%by : tensor<1xi32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %c: !attn.captured<1xi32>):
    %zero = arith.constant 0 : index
    %d = attn.lookup %c[%zero] : !attn.captured<1xi32>
    %n = arith.index_cast %d : i32 to index
    %mine = arith.divsi %i, %n : index
    %theirs = arith.divsi %j, %n : index
    %rest = arith.remsi %j, %n : index
    %same = arith.cmpi sle, %theirs, %mine : index
    %hit = arith.cmpi sge, %rest, %zero : index
    %in = arith.andi %same, %hit : i1
    attn.yield %in : i1
  }
  %u = attn.mask %t, %m : !scores
  %w = attn.normalize %u softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
