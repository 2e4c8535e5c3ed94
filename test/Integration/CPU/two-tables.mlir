// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two block tables of different block sizes: no tile has one row of both, so that lists end at different places for
// the pairs of a tile.
// RUN: attn-run %s --backend=cpu --compare=reference --arg shape=1x2x70x16:f32:normal --arg shape=1x2x50x16:f32:normal \
// RUN:   --arg shape=1x2x50x16:f32:normal --arg '[[[3,1,0,2,4]]]:i32' \
// RUN:   --arg '[[[[0,1,3,-1],[2,-1,-1,-1],[-1,-1,-1,-1],[1,3,-1,-1],[0,1,2,3]]]]:i32' --arg '[[[1,2,0]]]:i32' \
// RUN:   --arg '[[[[1,-1],[0,1],[-1,-1]]]]:i32' | FileCheck %s
// CHECK: o: max abs {{.*}}: passed

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

func.func @two_tables(%q: !tokens, %k: !tokens, %v: !tokens, %c: tensor<?x1x?xi32>, %i: tensor<?x1x?x?xi32>,
                      %d: tensor<?x1x?xi32>, %j: tensor<?x1x?x?xi32>) -> !tokens {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %small = attn.blocks %c, %i block(16, 16) : tensor<?x1x?xi32>, tensor<?x1x?x?xi32>
  %large = attn.blocks %d, %j block(32, 32) : tensor<?x1x?xi32>, tensor<?x1x?x?xi32>
  %either = attn.or %small, %large
  %m = attn.mask %s, %either : !scores
  %w = attn.normalize %m softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}
