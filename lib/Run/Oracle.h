// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The oracle on arrays.
#pragma once

#include "lib/Reference/Evaluate.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"
#include "runtime/support/Array.h"

namespace attn {

/// The same numbers as the oracle's kind of tensor, for an argument of this MLIR type.
reference::HostTensor toHostTensor(const rt::Array &array, mlir::Type type);

/// f64 for floats; integers keep their type.
llvm::Expected<rt::Array> toArray(const reference::HostTensor &tensor);
llvm::Expected<std::vector<rt::Array>> toArrays(llvm::ArrayRef<reference::HostTensor> tensors);

/// Evaluates a function; about `sampledRows` query rows of each head, 0 for all. Float results are f64, not rounded.
llvm::Expected<std::vector<reference::HostTensor>> evaluateArrays(mlir::func::FuncOp function,
                                                                  llvm::ArrayRef<rt::Array> arguments,
                                                                  const reference::Options &options);

} // namespace attn
