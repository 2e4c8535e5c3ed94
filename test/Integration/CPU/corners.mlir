// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Corners of the language that were once wrong, compared with the oracle.
// DEFINE: %{run} = attn-run %s --compare=reference --arg shape=1x2x70x16:f32:normal --arg shape=1x1x90x16:f32:normal

// RUN: %{run} --entry=far_window
// RUN: %{run} --entry=two_tables --arg '[[[1,0,2,1,2]]]:i32' --arg '[[[[3,-1],[-1,-1],[0,8],[2,-1],[4,5]]]]:i32' \
// RUN:   --arg '[[[2,1,2]]]:i32' --arg '[[[[0,2],[1,-1],[0,1]]]]:i32'

!q = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// A side of a window does not carry a position out of 32 bits, in a tile of rows that is partial for another reason.
func.func @far_window(%q: !q, %k: !q) -> !q {
  %s = attn.score %q, %k domain(align = bottom_right) : (!q, !q) -> !scores
  %right = attn.window left = 3 right = 2147483647
  %left = attn.window left = 2147483647 right = 5
  %both = attn.and %right, %left
  %t = attn.mask %s, %both : !scores
  %w = attn.normalize %t softmax : (!scores) -> !weights
  %o = attn.apply %w, %k : (!weights, !q) -> !q
  return %o : !q
}

// A tile of rows lies in one row of blocks of every table, also where diagonals are summed.
func.func @two_tables(%q: !q, %k: !q, %c0: tensor<1x1x?xi32>, %i0: tensor<1x1x?x?xi32>, %c1: tensor<1x1x?xi32>,
                      %i1: tensor<1x1x?x?xi32>) -> (!q, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = top_left) : (!q, !q) -> !scores
  %fine = attn.blocks %c0, %i0 block(16, 10) : tensor<1x1x?xi32>, tensor<1x1x?x?xi32>
  %coarse = attn.blocks %c1, %i1 block(24, 32) : tensor<1x1x?xi32>, tensor<1x1x?x?xi32>
  %some = attn.or %fine, %coarse
  %t = attn.mask %s, %some : !scores
  %w = attn.normalize %t softmax : (!scores) -> !weights
  %o = attn.apply %w, %k : (!weights, !q) -> !q
  %d = attn.reduce %w diagonal_sum : (!weights) -> tensor<?x?x?xf32>
  return %o, %d : !q, tensor<?x?x?xf32>
}
