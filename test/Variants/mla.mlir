// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multi-head latent attention: a score of two terms, and values that are the first term's keys.
// DEFINE: %{run} = attn-run --variant=mla --backend=cpu --compare=reference
// DEFINE: %{odd} = %{run} --arg shape=1x3x67x72:%{type}:normal --arg shape=1x1x67x72:%{type}:normal \
// DEFINE:    --arg shape=1x3x67x24:%{type}:normal --arg shape=1x1x67x24:%{type}:normal
// DEFINE: %{unequal} = %{run} --arg shape=2x2x33x41:%{type}:normal --arg shape=2x1x150x41:%{type}:normal \
// DEFINE:    --arg shape=2x2x33x7:%{type}:normal --arg shape=2x1x150x7:%{type}:normal
// DEFINE: %{whole} = %{run} --arg shape=1x8x40x512:%{type}:normal --arg shape=1x1x130x512:%{type}:normal \
// DEFINE:    --arg shape=1x8x40x64:%{type}:normal --arg shape=1x1x130x64:%{type}:normal
// DEFINE: %{decode} = %{run} --arg shape=1x16x1x512:%{type}:normal --arg shape=1x1x1100x512:%{type}:normal \
// DEFINE:    --arg shape=1x16x1x64:%{type}:normal --arg shape=1x1x1100x64:%{type}:normal
// DEFINE: %{type} = f32

// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{whole}
// RUN: %{decode}

// REDEFINE: %{type} = bf16
// RUN: %{odd}
// RUN: %{unequal}
// RUN: %{whole}
// RUN: %{decode}

// An entry has a head size for each term, and that of the values is the first's.
// RUN: attn-compile --variant=mla --specialise="D=512,64 type=bf16" -o %t.so
// RUN: attn-run %t.so --entry=mla.D512x64.bf16 --compare=reference --arg shape=1x4x33x512:bf16:normal \
// RUN:    --arg shape=1x1x70x512:bf16:normal --arg shape=1x4x33x64:bf16:normal --arg shape=1x1x70x64:bf16:normal
