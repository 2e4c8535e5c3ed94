// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is seen of the first column that a load or store touches.
#pragma once

#include "mlir/IR/Value.h"

namespace attn::cuda {

/// Whether it is seen that a number is a multiple of another one.
bool isMultipleOf(mlir::Value value, int64_t of);

/// Whether it is seen that columns [first, first + count) are none below 0 or from `end` on.
bool areWithin(mlir::Value first, int64_t count, int64_t end);

} // namespace attn::cuda
