// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile interpreter on arrays.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "runtime/support/Array.h"

namespace attn {

/// Runs the only entry of a module of tile programs without generating code. Float results are f64.
llvm::Expected<std::vector<rt::Array>> interpretArrays(mlir::ModuleOp module, llvm::ArrayRef<rt::Array> arguments);

} // namespace attn
