// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-fuse --split-input-file --verify-diagnostics

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>

func.func @plane_is_returned(%q: !tokens, %k: !tokens) -> !scores {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  // expected-error@+1 {{'func.return' op cannot be fused: it uses a plane, which exists between attn ops only}}
  return %s : !scores
}

// -----

!tokens = tensor<1x8x?x64xf32>
!weights = !attn.weights<1x8x?x?xf32>

// expected-note@+1 {{the plane enters here; inline the function, or make the plane where it is used}}
func.func @plane_is_an_argument(%w: !weights, %v: !tokens) -> !tokens {
  // expected-error@+1 {{'attn.apply' op cannot be fused: its plane is an argument of a region or function}}
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>

func.func @row_max_of_weights(%q: !tokens, %k: !tokens) -> tensor<1x8x?xf32> {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  // expected-error@+1 {{'attn.reduce' op cannot be fused: the maximum of a row is known of scores, not of weights}}
  %m = attn.reduce %w row_max : (!weights) -> tensor<1x8x?xf32>
  return %m : tensor<1x8x?xf32>
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>

func.func private @callee(!scores)

func.func @plane_is_passed(%q: !tokens, %k: !tokens) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  // expected-error@+1 {{'func.call' op cannot be fused: it uses a plane, which exists between attn ops only}}
  call @callee(%s) : (!scores) -> ()
  return
}

// -----

!tokens = tensor<1x8x?x64xf32>
!weights = !attn.weights<1x8x?x?xf32>

func.func private @weights() -> !weights

func.func @plane_is_made_elsewhere(%v: !tokens) -> !tokens {
  // expected-error@+1 {{'func.call' op cannot be fused: a plane comes from score, modify, mask, normalize or gate only}}
  %w = call @weights() : () -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>

func.func @plane_is_chosen(%q: !tokens, %k: !tokens, %c: i1) -> tensor<1x8x?xf32> {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  // expected-error@+1 {{'arith.select' op cannot be fused: it uses a plane, which exists between attn ops only}}
  %t = arith.select %c, %s, %s : !scores
  %m = attn.reduce %t row_max : (!scores) -> tensor<1x8x?xf32>
  return %m : tensor<1x8x?xf32>
}
