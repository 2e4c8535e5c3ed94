// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packed documents, one of them empty, and the second shape with more keys than queries.
// DEFINE: %{run} = attn-run --variant=packed_documents --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x67x32:%{type}:normal --arg shape=1x3x67x32:%{type}:normal \
// DEFINE:    --arg shape=1x3x67x32:%{type}:normal --arg '[0,30,30,67]:i32' --arg '[0,30,30,67]:i32'
// DEFINE: %{unequal} = %{run} --arg shape=1x2x33x32:%{type}:normal --arg shape=1x2x150x32:%{type}:normal \
// DEFINE:    --arg shape=1x2x150x32:%{type}:normal --arg '[0,10,33]:i32' --arg '[0,70,150]:i32'
// DEFINE: %{grouped} = %{run} --arg shape=1x8x130x64:%{type}:normal --arg shape=1x2x130x64:%{type}:normal \
// DEFINE:    --arg shape=1x2x130x64:%{type}:normal --arg '[0,65,66,130]:i32' --arg '[0,65,66,130]:i32'
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{grouped}
