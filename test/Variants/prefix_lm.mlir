// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Full attention in a prefix, causal after it; one prefix is empty, one is longer than the keys.
// DEFINE: %{run} = attn-run --variant=prefix_lm --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x67x32:%{type}:normal --arg shape=1x3x67x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x67x32:%{type}:normal --arg '[20]:i32'
// DEFINE: %{unequal} = %{run} --arg shape=2x2x33x32:%{type}:normal --arg shape=2x2x150x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x150x32:%{type}:normal --arg '[0,140]:i32'
// DEFINE: %{grouped} = %{run} --arg shape=3x8x130x64:%{type}:normal --arg shape=3x2x130x64:%{type}:normal \
// DEFINE:    --arg shape=3x2x130x64:%{type}:normal --arg '[64,1,1000]:i32'
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
