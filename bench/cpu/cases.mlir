// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entries that bench/cpu/bench.py times.

func.func @full_d64(%q: tensor<?x?x?x64xf32>, %k: tensor<?x?x?x64xf32>, %v: tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 1.250000000e-01 : f32} : (tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32>
  return %o : tensor<?x?x?x64xf32>
}

func.func @causal_d64(%q: tensor<?x?x?x64xf32>, %k: tensor<?x?x?x64xf32>, %v: tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 1.250000000e-01 : f32} : (tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>) -> !attn.scores<?x?x?x?xf32>
  %c = attn.causal
  %sm = attn.mask %s, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32>
  return %o : tensor<?x?x?x64xf32>
}

func.func @softcap_alibi_d64(%q: tensor<?x?x?x64xf32>, %k: tensor<?x?x?x64xf32>, %v: tensor<?x?x?x64xf32>, %slopes: tensor<?xf32>) -> tensor<?x?x?x64xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 1.250000000e-01 : f32} : (tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>) -> !attn.scores<?x?x?x?xf32>
  %s1 = attn.modify %s, %slopes : (!attn.scores<?x?x?x?xf32>, tensor<?xf32>) -> !attn.scores<?x?x?x?xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %sl: !attn.captured<?xf32>):
    %t = attn.softcap %x, 3.000000e+01 : f32
    %m = attn.lookup %sl[%h] : !attn.captured<?xf32>
    %d = attn.distance %j, %i : f32
    %a = arith.mulf %m, %d : f32
    %y = arith.addf %t, %a : f32
    attn.yield %y : f32
  }
  %w = attn.normalize %s1 softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32>
  return %o : tensor<?x?x?x64xf32>
}

func.func @window_d64(%q: tensor<?x?x?x64xf32>, %k: tensor<?x?x?x64xf32>, %v: tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 1.250000000e-01 : f32} : (tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>) -> !attn.scores<?x?x?x?xf32>
  %c = attn.window left = 1023 right = 0
  %sm = attn.mask %s, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32>
  return %o : tensor<?x?x?x64xf32>
}

func.func @full_d128(%q: tensor<?x?x?x128xf32>, %k: tensor<?x?x?x128xf32>, %v: tensor<?x?x?x128xf32>) -> tensor<?x?x?x128xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 8.838834765e-02 : f32} : (tensor<?x?x?x128xf32>, tensor<?x?x?x128xf32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x128xf32>) -> tensor<?x?x?x128xf32>
  return %o : tensor<?x?x?x128xf32>
}

func.func @causal_d128(%q: tensor<?x?x?x128xf32>, %k: tensor<?x?x?x128xf32>, %v: tensor<?x?x?x128xf32>) -> tensor<?x?x?x128xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 8.838834765e-02 : f32} : (tensor<?x?x?x128xf32>, tensor<?x?x?x128xf32>) -> !attn.scores<?x?x?x?xf32>
  %c = attn.causal
  %sm = attn.mask %s, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x128xf32>) -> tensor<?x?x?x128xf32>
  return %o : tensor<?x?x?x128xf32>
}

func.func @softcap_alibi_d128(%q: tensor<?x?x?x128xf32>, %k: tensor<?x?x?x128xf32>, %v: tensor<?x?x?x128xf32>, %slopes: tensor<?xf32>) -> tensor<?x?x?x128xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 8.838834765e-02 : f32} : (tensor<?x?x?x128xf32>, tensor<?x?x?x128xf32>) -> !attn.scores<?x?x?x?xf32>
  %s1 = attn.modify %s, %slopes : (!attn.scores<?x?x?x?xf32>, tensor<?xf32>) -> !attn.scores<?x?x?x?xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %sl: !attn.captured<?xf32>):
    %t = attn.softcap %x, 3.000000e+01 : f32
    %m = attn.lookup %sl[%h] : !attn.captured<?xf32>
    %d = attn.distance %j, %i : f32
    %a = arith.mulf %m, %d : f32
    %y = arith.addf %t, %a : f32
    attn.yield %y : f32
  }
  %w = attn.normalize %s1 softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x128xf32>) -> tensor<?x?x?x128xf32>
  return %o : tensor<?x?x?x128xf32>
}

func.func @window_d128(%q: tensor<?x?x?x128xf32>, %k: tensor<?x?x?x128xf32>, %v: tensor<?x?x?x128xf32>) -> tensor<?x?x?x128xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 8.838834765e-02 : f32} : (tensor<?x?x?x128xf32>, tensor<?x?x?x128xf32>) -> !attn.scores<?x?x?x?xf32>
  %c = attn.window left = 1023 right = 0
  %sm = attn.mask %s, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x128xf32>) -> tensor<?x?x?x128xf32>
  return %o : tensor<?x?x?x128xf32>
}
