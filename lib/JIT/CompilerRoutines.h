// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routines that LLVM's code generator calls where the CPU has no instruction: conversions to 16-bit floats.
#pragma once

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace attn {

/// Adds the routines to a module, hidden. They come as IR so that values travel in the registers that the code
/// generator expects (a C++ uint16_t would come back in the wrong one).
llvm::Error addCompilerRoutines(llvm::Module &module);

} // namespace attn
