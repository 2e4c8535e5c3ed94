// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A normalizer whose references only its region combines, with two sums.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal
// RUN: %{run} --arg shape=2x4x90x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=2x4x33x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal
// RUN: %{run} --arg shape=2x4x90x16:f32:normal --arg shape=2x2x70x16:f32:normal \
// RUN:    --arg shape=2x2x70x16:f32:normal

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

attn.normalizer @odd : f32 {
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
    %one = arith.constant 1.0 : f32
    %e = arith.cmpf oeq, %r, %zero : f32
    %d = arith.select %e, %one, %r : f32
    %a = math.absf %s : f32
    %w = arith.divf %a, %d : f32
    attn.yield %w : f32
  }
  rescale {
  ^bb0(%a: f32, %b: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %e = arith.cmpf oeq, %b, %zero : f32
    %d = arith.select %e, %one, %b : f32
    %w = arith.divf %a, %d : f32
    attn.yield %w : f32
  }
  sums {
  ^bb0(%w: f32):
    %two = arith.constant 2.0 : f32
    %a = arith.mulf %w, %two : f32
    attn.yield %w, %a : f32, f32
  }
  finalize {
  ^bb0(%r: f32, %l: f32, %n: f32):
    %one = arith.constant 1.0 : f32
    %t = arith.addf %l, %n : f32
    %u = arith.addf %t, %one : f32
    %s = arith.divf %one, %u : f32
    attn.yield %s : f32
  }
}
func.func @custom(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %c = attn.causal
  %sm = attn.mask %s, %c : !scores
  %w = attn.normalize %sm @odd : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
