// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Retention with a normalizer of its own.
// DEFINE: %{run} = attn-run --variant=retention_parallel --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x67x32:%{type}:normal --arg shape=1x3x67x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x67x32:%{type}:normal --arg '[-0.0317,-0.0157,-0.0078]:f32'
// DEFINE: %{unequal} = %{run} --arg shape=2x2x33x32:%{type}:normal --arg shape=2x2x150x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x150x32:%{type}:normal --arg '[-0.0317,-0.0157]:f32'
// DEFINE: %{grouped} = %{run} --arg shape=1x8x130x64:%{type}:normal --arg shape=1x2x130x64:%{type}:normal \
// DEFINE:    --arg shape=1x2x130x64:%{type}:normal --arg '[-0.5,-0.25,-0.125,-0.06,-0.03,-0.015,-0.007,-0.003]:f32'
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
