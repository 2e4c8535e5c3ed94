// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Index constants of one function.
#pragma once

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace attn::target {

/// One op a number, at the start of the function, so that equal places compare equal.
class IndexConstants {
public:
  mlir::Value get(mlir::OpBuilder &builder, mlir::Block &entry, mlir::Location loc, int64_t value);

private:
  llvm::DenseMap<int64_t, mlir::Value> known;
};

} // namespace attn::target
