// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-specialise="D=128 Dv=64 type=bf16" --split-input-file --verify-diagnostics
// RUN: not attn-opt %s --split-input-file --attn-specialise="D=0" 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not attn-opt %s --split-input-file --attn-specialise="type=i8" 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not attn-opt %s --split-input-file --attn-specialise="entry=none" 2>&1 | FileCheck %s --check-prefix=ENTRY
// SIZE: error: attn-specialise expects sizes of 1 or more, but got 0
// TYPE: error: attn-specialise expects type to be f16, bf16, f32 or f64, but got 'i8'
// ENTRY: error: attn-specialise finds no function 'none'

// expected-error@+1 {{'func.func' op cannot be specialised: no argument has an extent D}}
func.func @no_terms(%x: tensor<?x?x?x?xf32>) {
  return
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>

// expected-error@+1 {{expects D = 32, as argument #0 of 'fixed_size' has it, but got 128}}
func.func @fixed_size(%q: tensor<?x?x?x32xf32>, %k: tensor<?x?x?x32xf32>, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x32xf32>, tensor<?x?x?x32xf32>) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>

// expected-error@+1 {{expects D and Dv to be equal, because argument #1 of 'two_roles' has both roles, but got 128 and 64}}
func.func @two_roles(%q: !tokens, %kv: !tokens) -> !tokens {
  %s = attn.score %q, %kv domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %kv : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>

func.func @unknown_op(%q: !tokens, %k: !tokens, %v: !tokens, %n: index) -> f32 {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  // expected-error@+1 {{'tensor.extract' op cannot be specialised: it was written for 'tensor<?x?x?x?xf32>', but operand #0 becomes 'tensor<?x?x?x64xbf16>'}}
  %element = tensor.extract %o[%n, %n, %n, %n] : !tokens
  return %element : f32
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>

func.func @mixed_elements(%q: !tokens, %k: !tokens, %v: !tokens, %x: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  // expected-error@+1 {{'arith.addf' op cannot be specialised: its operands become 'tensor<?x?x?x64xbf16>' and 'tensor<?x?x?x?xf32>'}}
  %sum = arith.addf %o, %x : !tokens
  return %sum : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>

// expected-error@+1 {{'func.func' op cannot be specialised: it is called; inline it first (--attn-inline)}}
func.func @called(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
}
func.func private @caller(%q: !tokens) -> !tokens {
  %o = call @called(%q, %q, %q) : (!tokens, !tokens, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>

func.func private @taken.D128.Dv64.bf16()
// expected-error@+1 {{'func.func' op cannot be specialised: 'taken.D128.Dv64.bf16' exists already}}
func.func @taken(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>

func.func @contradiction(%q: !tokens, %fixed: tensor<1x1x4x128xf32>, %v: !tokens) -> !tokens {
  %k = tensor.cast %fixed : tensor<1x1x4x128xf32> to !tokens
  // The verifier judges what the refined types make of an op.
  // expected-error@+1 {{'attn.score' op expects every term to have element type 'bf16', but got 'f32' in tensor #1}}
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
}
