// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From kernels of the LLVM dialect to PTX.
#pragma once

#include "lib/Target/CUDA/Chips.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>

namespace attn::cuda {

/// Adds the translations that emitPTX needs to a registry.
void registerTranslations(mlir::DialectRegistry &registry);

/// Compiles a module of kernels, checked by checkSelectable. What the code generator refuses all the same is an error.
llvm::Expected<std::string> emitPTX(mlir::ModuleOp kernels, const Chip &chip);

} // namespace attn::cuda
