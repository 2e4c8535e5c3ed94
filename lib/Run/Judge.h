// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares what ran with the oracle.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"
#include "runtime/support/Compare.h"

namespace attn {

/// One result's comparison and what was allowed.
struct Judgement {
  rt::Comparison comparison;
  rt::Tolerance tolerance;
};

/// Evaluates `function` exactly on the arguments and compares. `precise` is the same function with the types that were
/// compiled. `tolerance` replaces what follows from the storage types. About `sampledRows` rows of each head are
/// compared, 0 for all; elements that the oracle leaves unspecified match anything.
llvm::Expected<std::vector<Judgement>> judgeResults(mlir::func::FuncOp function, mlir::func::FuncOp precise,
                                                    llvm::ArrayRef<rt::Array> arguments,
                                                    llvm::ArrayRef<rt::Array> results,
                                                    std::optional<rt::Tolerance> tolerance, int64_t sampledRows);

} // namespace attn
