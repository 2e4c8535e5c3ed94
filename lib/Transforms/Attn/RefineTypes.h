// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function for more precise argument types.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace attn {

/// Gives a function these argument types and infers every other type in it again: planes, results, what regions
/// see of captured tensors, the compute type of regions. A type may fix extents that were `?` and change one float
/// type to another. Reports at the argument or op that does not allow it; the function is then not to be used.
mlir::LogicalResult refineTypes(mlir::func::FuncOp func, mlir::TypeRange argumentTypes);

} // namespace attn
