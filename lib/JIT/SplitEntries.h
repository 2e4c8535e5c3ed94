// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules of one entry each.
#pragma once

#include "dialects/Launch/LaunchOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringSet.h"

#include <vector>

namespace attn {

/// A copy of the module with one of its entries, a function or what was made of one, and the kernels that it launches.
mlir::OwningOpRef<mlir::ModuleOp> onlyEntry(mlir::ModuleOp module, llvm::StringRef name);

/// One such copy for each entry; none where there is but one.
std::vector<mlir::OwningOpRef<mlir::ModuleOp>> splitEntries(mlir::ModuleOp module);

/// The names of the kernels that an entry launches.
llvm::StringSet<> kernelsOf(launch::EntryOp entry);

} // namespace attn
