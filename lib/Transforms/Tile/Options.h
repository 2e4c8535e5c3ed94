// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the options of passes must be.
#pragma once

#include "mlir/IR/Operation.h"

namespace attn::tile {

/// The largest number that an option of a pass may be: all of them count rows, columns, slots or registers.
constexpr int64_t largestOption = 65536;

/// Reports an option of a pass that is not in [least, 65536].
inline mlir::LogicalResult verifyOption(mlir::Operation *op, llvm::StringRef name, int64_t value, int64_t least = 1) {
  if (value >= least && value <= largestOption)
    return mlir::success();
  return op->emitError() << "expects the option " << name << " in [" << least << ", " << largestOption << "], but got "
                         << value;
}

} // namespace attn::tile
