// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions without calls.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace attn {

/// Replaces every call in `func` by the callee's body, and the calls in those. Locations keep both places. Reports, at
/// the call, callees that are not of the file, call themselves, have several blocks or make the function too large; the
/// function is then not to be used.
mlir::LogicalResult inlineCalls(mlir::func::FuncOp func);

} // namespace attn
