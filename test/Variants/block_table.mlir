// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Listed blocks; a row of blocks without any gives zeros.
// DEFINE: %{run} = attn-run --variant=block_table --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x67x32:%{type}:normal --arg shape=1x3x67x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x67x32:%{type}:normal --arg '[[[1,2]]]:i32' --arg '[[[[1,-1],[0,1]]]]:i32'
// DEFINE: %{unequal} = %{run} --arg shape=2x2x70x32:%{type}:normal --arg shape=2x2x150x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x150x32:%{type}:normal --arg '[[[2,0]],[[1,3]]]:i32' \
// DEFINE:    --arg '[[[[0,2,-1],[-1,-1,-1]]],[[[1,-1,-1],[0,1,2]]]]:i32'
// DEFINE: %{grouped} = %{run} --arg shape=1x8x130x64:%{type}:normal --arg shape=1x2x130x64:%{type}:normal \
// DEFINE:    --arg shape=1x2x130x64:%{type}:normal --arg '[[[1,2,2]]]:i32' --arg '[[[[0,-1],[0,1],[1,2]]]]:i32'
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
