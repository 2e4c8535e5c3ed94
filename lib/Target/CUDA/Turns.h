// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How products say that groups of warps begin them in turn.
#pragma once

#include "mlir/IR/Region.h"

namespace attn::cuda {

/// On a product: a group of four warps waits for its turn before it begins this one.
constexpr llvm::StringLiteral kBeginsTurn = "begins_turn";
/// On a product: behind it, it is the next group's turn.
constexpr llvm::StringLiteral kEndsTurn = "ends_turn";

/// Whether products in the region are begun in turn.
bool takesTurns(mlir::Region &region);

} // namespace attn::cuda
