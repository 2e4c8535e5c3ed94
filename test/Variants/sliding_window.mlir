// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A causal window; blocks left of it are skipped.
// DEFINE: %{run} = attn-run --variant=sliding_window --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x301x32:%{type}:normal --arg shape=1x3x301x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x301x32:%{type}:normal
// DEFINE: %{unequal} = %{run} --arg shape=2x2x70x32:%{type}:normal --arg shape=2x2x290x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x290x32:%{type}:normal
// DEFINE: %{grouped} = %{run} --arg shape=1x8x260x64:%{type}:normal --arg shape=1x2x260x64:%{type}:normal \
// DEFINE:    --arg shape=1x2x260x64:%{type}:normal
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
