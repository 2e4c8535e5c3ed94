// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The first thing that went wrong in an evaluation: which op, where in the source, why.
#pragma once

#include "mlir/IR/Operation.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace attn::reference {

/// Functions report here and return some number; whoever started the evaluation looks once. Later reports are dropped,
/// because they follow from the first.
class FirstError {
public:
  /// "file:line:column: 'attn.score' message".
  void report(mlir::Operation *op, const llvm::Twine &message);
  bool any() const { return !text.empty(); }
  /// Success, or the report.
  llvm::Error take();

private:
  std::string text;
};

} // namespace attn::reference
