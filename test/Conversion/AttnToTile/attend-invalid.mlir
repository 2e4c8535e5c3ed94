// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt --attn-to-tile --split-input-file --verify-diagnostics %s

func.func @head_size_unknown(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x64xf32>)
    -> tensor<?x?x?x64xf32> attributes {arg_names = ["q", "k", "v", "o"]} {
  // expected-error @below {{expects the head size of 'q' to be known when it is compiled; add --specialise="D=64" with the head size in place of 64}}
  %o = attn.attend terms(%q, %k) values(%v) normalize softmax domain(align = top_left) results(output)
    : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>, tensor<?x?x?x64xf32>) -> tensor<?x?x?x64xf32>
  return %o : tensor<?x?x?x64xf32>
}

// -----

func.func private @helper(tensor<1x1x8x64xf32>) -> tensor<1x1x8x64xf32>

func.func @calls(%q: tensor<1x1x8x64xf32>) -> tensor<1x1x8x64xf32> {
  // expected-error @below {{is not supported in the entry 'calls': got func.call}}
  %twice = func.call @helper(%q) : (tensor<1x1x8x64xf32>) -> tensor<1x1x8x64xf32>
  return %twice : tensor<1x1x8x64xf32>
}

// -----

func.func @constant(%q: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{expects a constant tensor of one value}}
  %ramp = arith.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %sum = arith.addf %q, %ramp : tensor<2xf32>
  return %sum : tensor<2xf32>
}

// -----

func.func @squared_weight(%q: tensor<1x1x8x64xf32>) -> tensor<1x1x8x64xf32> {
  // expected-error @below {{expects the weight region to multiply the weight and nothing else}}
  %o = attn.attend terms(%q, %q) values(%q) normalize softmax results(output)
    : (tensor<1x1x8x64xf32>, tensor<1x1x8x64xf32>, tensor<1x1x8x64xf32>) -> tensor<1x1x8x64xf32> weight {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %y = arith.mulf %x, %x : f32
    attn.yield %y : f32
  }
  return %o : tensor<1x1x8x64xf32>
}
