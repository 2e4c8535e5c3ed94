// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Queries and keys padded to a common length; a length of zero, and rows beyond the length.
// DEFINE: %{run} = attn-run --variant=cross_attention --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x67x32:%{type}:normal --arg shape=1x3x67x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x67x32:%{type}:normal --arg '[67]:i32' --arg '[41]:i32'
// DEFINE: %{unequal} = %{run} --arg shape=2x2x33x32:%{type}:normal --arg shape=2x2x150x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x150x32:%{type}:normal --arg '[33,20]:i32' --arg '[150,7]:i32'
// DEFINE: %{grouped} = %{run} --arg shape=3x8x130x64:%{type}:normal --arg shape=3x2x130x64:%{type}:normal \
// DEFINE:    --arg shape=3x2x130x64:%{type}:normal --arg '[130,64,0]:i32' --arg '[65,0,130]:i32'
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
