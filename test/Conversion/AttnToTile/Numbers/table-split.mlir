// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A block table whose blocks are dealt to parts of the keys.
// DEFINE: %{backend} = interpret
// DEFINE: %{run} = attn-run %s --backend=%{backend} --compare=reference
// RUN: %{run} --arg shape=1x4x40x16:f32:normal --arg shape=1x2x70x16:f32:normal \
// RUN:    --arg shape=1x2x70x16:f32:normal --arg '[[[2,3]]]:i32' --arg '[[[[1,3,-1],[0,2,4]]]]:i32'

// REDEFINE: %{backend} = cpu
// RUN: %{run} --arg shape=1x4x40x16:f32:normal --arg shape=1x2x70x16:f32:normal \
// RUN:    --arg shape=1x2x70x16:f32:normal --arg '[[[2,3]]]:i32' --arg '[[[[1,3,-1],[0,2,4]]]]:i32'

!tokens16 = tensor<?x?x?x16xf32>

func.func @tabsplit(%q: !tokens16, %k: !tokens16, %v: !tokens16, %counts: tensor<?x1x?xi32>,
    %indices: tensor<?x1x?x?xi32>) -> !tokens16
    attributes {tile.schedule = #tile.schedule<rows = 16, cols = 32>} {
  %t = attn.blocks %counts, %indices block(32, 16) : tensor<?x1x?xi32>, tensor<?x1x?x?xi32>
  %o = attn.attend terms(%q, %k) values(%v) mask(%t) normalize softmax domain(align = top_left)
      results(output) split = 24
   : (!tokens16, !tokens16, !tokens16, !attn.mask) -> (!tokens16)
  return %o : !tokens16
}
