// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host arithmetic of a contract as code of an attn_expr.
#pragma once

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

namespace attn {

/// Words of an attn_expr.
using ExpressionCode = llvm::SmallVector<int64_t>;

/// Compiles a value computed from a contract's arguments. Values are sizes: unsigned operations are taken as signed.
/// Fails with a diagnostic at what has no opcode, or at `user` where the code outgrows what the runtime evaluates.
llvm::FailureOr<ExpressionCode> compileExpression(mlir::Value value, mlir::Location user);

} // namespace attn
