// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Few queries over split keys; the last part is short.
// DEFINE: %{run} = attn-run --variant=flash_decoding --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x1x32:%{type}:normal --arg shape=1x3x1537x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x1537x32:%{type}:normal
// DEFINE: %{unequal} = %{run} --arg shape=2x2x5x32:%{type}:normal --arg shape=2x2x700x32:%{type}:normal \
// DEFINE:    --arg shape=2x2x700x32:%{type}:normal
// DEFINE: %{grouped} = %{run} --arg shape=1x8x2x64:%{type}:normal --arg shape=1x2x1100x64:%{type}:normal \
// DEFINE:    --arg shape=1x2x1100x64:%{type}:normal
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
