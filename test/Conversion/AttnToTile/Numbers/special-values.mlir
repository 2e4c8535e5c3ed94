// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scores of -inf, inf, NaN and 1e30 stay in their rows; a row of -inf alone is empty.
// DEFINE: %{run} = attn-run %s --backend=interpret --compare=reference --print
// RUN: %{run} --arg '[[[[0,0],[0,0],[0,0],[0,0],[0,0],[0,0]]]]:f32' --arg '[[[[0,0],[0,0],[0,0]]]]:f32' \
// RUN:    --arg '[[[[1,2],[3,4],[5,6]]]]:f32' \
// RUN:    --arg '[[0,-inf,0],[-inf,-inf,-inf],[0,inf,0],[nan,0,0],[1e30,-1e30,1e30],[0,0,0]]:f32' | FileCheck %s

// CHECK: {{.*}}dense<{{\[\[\[\[}}3.0{{.*}}, 4.0{{.*}}], [0.0{{.*}}, 0.0{{.*}}], [
// CHECK: passed
// CHECK: passed

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>

func.func @special(%q: !tokens, %k: !tokens, %v: !tokens, %bias: tensor<?x?xf32>) -> (!tokens, !rows)
    attributes {tile.schedule = #tile.schedule<rows = 4, cols = 2>} {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %sb = attn.modify %s, %bias : (!scores, tensor<?x?xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?x?xf32>):
    %e = attn.lookup %m[%i, %j] : !attn.captured<?x?xf32>
    %y = arith.addf %x, %e : f32
    attn.yield %y : f32
  }
  %w, %l = attn.normalize %sb softmax : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %l : !tokens, !rows
}
