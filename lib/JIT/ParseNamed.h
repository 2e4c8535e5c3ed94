// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses text and keeps what the user called arguments and results, which MLIR forgets.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace attn {

/// Parses and verifies. Functions get an attribute `arg_names`, unless they have one: the names of the arguments, then
/// of what is returned, without percent signs. Null after a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> parseNamed(llvm::StringRef text, llvm::StringRef name, mlir::MLIRContext &context);

} // namespace attn
