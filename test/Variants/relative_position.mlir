// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A table by clipped distance; the longest distances are clipped.
// DEFINE: %{run} = attn-run --variant=relative_position --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x301x32:%{type}:normal --arg shape=1x3x301x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x301x32:%{type}:normal --arg shape=3x257:f32:normal
// DEFINE: %{unequal} = %{run} --arg shape=2x2x70x32:%{type}:normal --arg shape=2x2x290x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x290x32:%{type}:normal --arg shape=2x257:f32:normal
// DEFINE: %{grouped} = %{run} --arg shape=1x8x260x64:%{type}:normal --arg shape=1x2x260x64:%{type}:normal \
// DEFINE:    --arg shape=1x2x260x64:%{type}:normal --arg shape=8x257:f32:normal
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
