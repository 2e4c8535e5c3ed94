// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor ops outside of planes as kernels of an entry.
#pragma once

#include "lib/Conversion/AttnToTile/Entry.h"

namespace attn::totile {

/// Adds the kernel that stores an op's results, where something reads them from a buffer. Reports what has no form.
llvm::LogicalResult lowerTensorOp(EntryBuilder &entry, mlir::Operation *op);

/// Adds what an op, or a scalar of the function, expects of sizes to the contract. Reports what no contract can say.
llvm::LogicalResult emitTensorContract(EntryBuilder &entry, mlir::Operation *op);

} // namespace attn::totile
