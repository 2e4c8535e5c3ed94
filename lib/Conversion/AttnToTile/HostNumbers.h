// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalars of the function as host arithmetic, and what can be told of such numbers when compiling.
#pragma once

#include "lib/Conversion/AttnToTile/Entry.h"

namespace attn::totile {

/// A scalar of the function, or a size given as one, in the contract or in the body. Written once in each. Dims are
/// constant, as emitTensorContract verifies.
mlir::Value hostScalar(EntryBuilder &entry, mlir::OpBuilder &at, mlir::Value scalar);
mlir::Value hostSize(EntryBuilder &entry, mlir::OpBuilder &at, mlir::OpFoldResult size);

/// Whether two values are the same number whatever the arguments are; false where that is not seen.
bool isSameNumber(mlir::Value left, mlir::Value right);
/// Whether a value is at least `least`, 0 or 1, whatever the arguments are; false where that is not seen.
bool isAtLeast(mlir::Value value, int64_t least);

} // namespace attn::totile
