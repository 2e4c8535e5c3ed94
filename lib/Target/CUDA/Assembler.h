// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From PTX to a cubin, by ptxas.
#pragma once

#include "lib/Target/CUDA/Chips.h"
#include "lib/Target/Common/Target.h"

namespace attn::cuda {

/// The path of ptxas: the one given, or the first of PATH, CUDA_HOME, CUDA_PATH and /usr/local/cuda. Empty: none.
std::string findAssembler(llvm::StringRef given);

/// What `ptxas -v` prints, by kernel.
std::vector<target::KernelReport> readReport(llvm::StringRef messages);

/// A cubin and what was said about it.
struct Assembled {
  std::string cubin;
  std::vector<target::KernelReport> reports;
};

/// Assembles for one chip. `seconds` 0: no limit.
llvm::Expected<Assembled> assemble(llvm::StringRef ptx, const Chip &chip, llvm::StringRef assembler, unsigned seconds);

} // namespace attn::cuda
