// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arguments of a function as arrays, and the function's types for them.
#pragma once

#include "lib/Run/RunOptions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"
#include "runtime/support/Array.h"

namespace attn {

/// The element type of arrays for a scalar or tensor type of MLIR; nothing where arrays have none.
std::optional<rt::Element> arrayElement(mlir::Type type);
/// The other way round. i64 is `index` where `like` is.
mlir::Type elementType(rt::Element element, mlir::Type like);

/// Reads every --arg against the function's types: count, rank, static extents and element types. An explicit storage
/// type in the spec of a float tensor wins over the function's.
llvm::Expected<std::vector<rt::Array>> readArguments(mlir::func::FuncOp function, const RunOptions &options);

/// The function's argument types made precise for these arrays: head sizes of queries, keys and values, and storage
/// types. Other extents stay open.
llvm::SmallVector<mlir::Type> preciseTypes(mlir::func::FuncOp function, llvm::ArrayRef<rt::Array> arrays);

} // namespace attn
