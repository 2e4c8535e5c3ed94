// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs an entry whose kernels are device functions: the host's part by the tile interpreter, kernels by the
// simulator.
#pragma once

#include "lib/Interpreter/Interpreter.h"
#include "lib/Target/CUDA/Simulator/Simulator.h"

namespace attn::cuda::simulator {

/// As `interpreter::runEntry` in stored numbers.
llvm::Error runEntry(Device &device, launch::EntryOp entry, llvm::ArrayRef<interpreter::Buffer> arguments,
                     llvm::ArrayRef<interpreter::Buffer> results, const Options &options = {},
                     Counts *counts = nullptr);

} // namespace attn::cuda::simulator
