// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-inline | FileCheck %s --implicit-check-not="func.func private"
// RUN: attn-opt %s --attn-inline --mlir-print-debuginfo | FileCheck %s --check-prefix=LOC
// RUN: attn-opt %s --attn-specialise="D=64 entry=attention" | FileCheck %s --check-prefix=SPECIALISED

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func private @capped(%s: !scores) -> !scores {
  %y = attn.modify %s : (!scores) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %t = attn.softcap %x, 5.0 : f32
    attn.yield %t : f32
  }
  return %y : !scores
}
func.func private @plane(%q: !tokens, %k: !tokens) -> !scores {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %c = call @capped(%s) : (!scores) -> !scores
  return %c : !scores
}

// CHECK-LABEL: func.func @attention
// CHECK-NEXT: %[[S:.*]] = attn.score
// CHECK-NEXT: %[[M:.*]] = attn.modify %[[S]]
// CHECK: %[[N:.*]] = attn.modify %[[M]]
// CHECK: attn.normalize %[[N]]
// LOC: attn.score {{.*}} loc(#[[CALL:.*]])
// LOC: #[[CALL]] = loc(callsite(
// SPECIALISED: func.func @attention.D64(%{{.*}}: tensor<?x?x?x64xf32>
// SPECIALISED: attn.score {{.*}} : (tensor<?x?x?x64xf32>, tensor<?x?x?x64xf32>)
func.func @attention(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = call @plane(%q, %k) : (!tokens, !tokens) -> !scores
  %m = call @capped(%s) : (!scores) -> !scores
  %w = attn.normalize %m softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// An entry that others call stays an entry; what a callee returns of its arguments passes through.
// CHECK-LABEL: func.func @identity(
// CHECK: func.func @swapped(%[[A:[a-z0-9]+]]: f32, %[[B:[a-z0-9]+]]: f32)
// CHECK-NEXT: return %[[B]], %[[A]]
func.func @identity(%a: f32, %b: f32) -> (f32, f32) {
  return %a, %b : f32, f32
}
func.func @swapped(%a: f32, %b: f32) -> (f32, f32) {
  %r:2 = call @identity(%b, %a) : (f32, f32) -> (f32, f32)
  return %r#0, %r#1 : f32, f32
}
