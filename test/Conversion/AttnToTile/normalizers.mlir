// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The online form comes from the normalizer's contract alone.
// RUN: attn-opt --attn-to-tile="rows=16 cols=32" --canonicalize --cse %s 2>/dev/null | FileCheck %s

!tokens = tensor<?x?x?x8xf32>

// No reference and no sums: nothing is rescaled, and removed pairs weigh 0 after the weight.
// CHECK-LABEL: tile.kernel @no_state_attend
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (tensor<16x8xf32>)
// CHECK:   %[[WEIGHT:.*]] = arith.maximumf
// CHECK:   %[[KEPT:.*]] = scf.if
// CHECK:     arith.select %{{.*}}, %[[WEIGHT]], %{{.*}}
// CHECK-NOT: tile.reduce
// CHECK:   tile.mma %[[KEPT]]
func.func @no_state(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %o = attn.attend terms(%q, %k) values(%v) normalize relu domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens) -> !tokens
  return %o : !tokens
}

attn.normalizer @largest_magnitude : f32 {
  reference {
  ^bb0(%s: f32):
    %a = math.absf %s : f32
    attn.yield %a : f32
  }
  combine {
  ^bb0(%x: f32, %y: f32):
    %c = arith.cmpf ogt, %x, %y : f32
    %z = arith.select %c, %x, %y : f32
    attn.yield %z : f32
  }
  identity {
    %z = arith.constant 0.0 : f32
    attn.yield %z : f32
  }
  weight {
  ^bb0(%s: f32, %r: f32):
    %zero = arith.constant 0.0 : f32
    %empty = arith.cmpf oeq, %r, %zero : f32
    %one = arith.constant 1.0 : f32
    %d = arith.select %empty, %one, %r : f32
    %w = arith.divf %s, %d : f32
    attn.yield %w : f32
  }
  rescale {
  ^bb0(%a: f32, %b: f32):
    %zero = arith.constant 0.0 : f32
    %empty = arith.cmpf oeq, %b, %zero : f32
    %one = arith.constant 1.0 : f32
    %d = arith.select %empty, %one, %b : f32
    %w = arith.divf %a, %d : f32
    attn.yield %w : f32
  }
  sums {
  ^bb0(%w: f32):
    %a = math.absf %w : f32
    attn.yield %w, %a : f32, f32
  }
}

// A combination that only its region knows, two sums, and two selects where a block is partial: the identity into the
// reference, 0 into the weight (and into a sum that is not the weight).
// CHECK-LABEL: tile.kernel @user_defined_attend
// CHECK: scf.for {{.*}} -> (tensor<16x8xf32>, tensor<16x1xf32>, tensor<16x1xf32>, tensor<16x1xf32>)
// CHECK:   %[[OWN:.*]] = math.absf
// CHECK:   %[[REFERENCES:.*]] = scf.if
// CHECK:     arith.select %{{.*}}, %[[OWN]]
// CHECK:   tile.reduce %[[REFERENCES]] dim 1 {{.*}} {
// CHECK:   ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32):
// CHECK:     arith.cmpf ogt, %[[X]], %[[Y]]
// CHECK:     tile.yield
// CHECK:   %[[WEIGHT:.*]] = arith.divf {{.*}} : tensor<16x32xf32>
// CHECK:   %[[KEPT:.*]] = scf.if
// CHECK:     arith.select %{{.*}}, %[[WEIGHT]]
// CHECK:   %[[SIZE:.*]] = math.absf %[[KEPT]]
// CHECK:   tile.reduce add %[[KEPT]]
// CHECK:   scf.if
// CHECK:     arith.select %{{.*}}, %[[SIZE]]
// CHECK:   tile.reduce add
// CHECK-NOT: attn.normalizer
func.func @user_defined(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %mask = attn.causal
  %o = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize @largest_magnitude domain(align = bottom_right)
      results(output) : (!tokens, !tokens, !tokens, !attn.mask) -> !tokens
  return %o : !tokens
}

// A captured parameter is a scalar load before the loop; the weight region follows the sums.
// CHECK-LABEL: tile.kernel @gated_attend
// CHECK: %[[GATE:.*]] = tile.load {{.*}} dims = [2, -1] {{.*}} -> tensor<16x1xf32>
// CHECK: scf.for
// CHECK:   tile.reduce add %[[WEIGHT:.*]] dim 1
// CHECK:   %[[WIDE:.*]] = tile.broadcast %[[GATE]]
// CHECK:   arith.mulf %[[WEIGHT]], %[[WIDE]]
func.func @gated(%q: !tokens, %k: !tokens, %v: !tokens, %g: tensor<?x?x?xf32>) -> !tokens {
  %o = attn.attend terms(%q, %k) values(%v) captures(%g) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, !tokens, tensor<?x?x?xf32>) -> !tokens weight {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %gates: !attn.captured<?x?x?xf32>):
    %row = attn.query_index
    %gate = attn.lookup %gates[%b, %h, %row] : !attn.captured<?x?x?xf32>
    %y = arith.mulf %x, %gate : f32
    attn.yield %y : f32
  }
  return %o : !tokens
}

// Terms of one scale chain; values and keys have heads of their own.
// CHECK-LABEL: tile.kernel @two_terms_attend
// CHECK: scf.for
// CHECK:   %[[FIRST:.*]] = tile.mma %{{.*}}, %{{.*}} {transB} : tensor<16x8xf32>
// CHECK:   tile.mma %{{.*}}, %{{.*}}, %[[FIRST]] {transB} : tensor<16x4xf32>
func.func @two_terms(%q: !tokens, %k: !tokens, %q2: tensor<?x?x?x4xf32>, %k2: tensor<?x1x?x4xf32>, %v: !tokens)
    -> !tokens {
  %o = attn.attend terms(%q, %k, %q2, %k2) values(%v) normalize softmax domain(align = top_left) results(output)
    : (!tokens, !tokens, tensor<?x?x?x4xf32>, tensor<?x1x?x4xf32>, !tokens) -> !tokens
  return %o : !tokens
}
