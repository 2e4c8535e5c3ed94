// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Versions of a module's functions for given sizes and storage types.
#pragma once

#include "lib/JIT/DiagnosticKeeper.h"
#include "mlir/IR/BuiltinOps.h"

namespace attn {

/// Replaces every public function by its versions: one for each text like "D=128 type=bf16". Without texts nothing
/// changes. Options of the pass that are not sizes or types are refused.
llvm::Error makeVersions(mlir::ModuleOp module, llvm::ArrayRef<std::string> versions, DiagnosticKeeper &keeper);

} // namespace attn
