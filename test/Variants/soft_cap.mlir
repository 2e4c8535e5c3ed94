// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Soft-capped scores.
// DEFINE: %{run} = attn-run --variant=soft_cap --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x67x32:%{type}:normal --arg shape=1x3x67x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x67x32:%{type}:normal
// DEFINE: %{unequal} = %{run} --arg shape=2x2x33x32:%{type}:normal --arg shape=2x2x150x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x150x32:%{type}:normal
// DEFINE: %{grouped} = %{run} --arg shape=1x8x130x64:%{type}:normal --arg shape=1x2x130x64:%{type}:normal \
// DEFINE:    --arg shape=1x2x130x64:%{type}:normal
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
