// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The entries that bench/gpu/run.py times, one a module; make.py specialises them.
func.func @full(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----

func.func @causal(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %c = attn.causal
  %sm = attn.mask %s, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----

func.func @alibi(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>, %slopes: tensor<?xf32>) -> tensor<?x?x?x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %sb = attn.modify %s, %slopes : (!attn.scores<?x?x?x?xf32>, tensor<?xf32>) -> !attn.scores<?x?x?x?xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xf32>):
    %slope = attn.lookup %m[%h] : !attn.captured<?xf32>
    %distance = attn.distance %j, %i : f32
    %bias = arith.mulf %slope, %distance : f32
    %y = arith.addf %x, %bias : f32
    attn.yield %y : f32
  }
  %c = attn.causal
  %sm = attn.mask %sb, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----

func.func @softcap(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %sc = attn.modify %s : (!attn.scores<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %y = attn.softcap %x, 3.000000e+01 : f32
    attn.yield %y : f32
  }
  %c = attn.causal
  %sm = attn.mask %sc, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----

func.func @window(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %c = attn.window left = 1023 right = 0
  %sm = attn.mask %s, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----

func.func @documents(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>, %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>) -> tensor<?x?x?x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right, segments(%cu_q, %cu_k)) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?xi32>, tensor<?xi32>) -> !attn.scores<?x?x?x?xf32>
  %c = attn.causal
  %sm = attn.mask %s, %c : !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %sm softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----

func.func @decode(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> attributes {attn.queries = "short"} {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}

// -----


func.func @decode_long_parts(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> attributes {attn.queries = "short", attn.split = 1024} {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}
