// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The first thing that went wrong in an evaluation: which op, where in the source, why.
#pragma once

#include "mlir/IR/Operation.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <atomic>
#include <mutex>

namespace attn::reference {

/// Functions report here and return some number; whoever started the evaluation looks once. Later reports are dropped,
/// because they follow from the first. Any thread may report.
class FirstError {
public:
  /// "file:line:column: 'attn.score' message".
  void report(mlir::Operation *op, const llvm::Twine &message);
  bool any() const { return failed.load(std::memory_order_relaxed); }
  /// Success, or the report.
  llvm::Error take();

private:
  std::mutex mutex;
  std::atomic<bool> failed{false};
  std::string text;
};

} // namespace attn::reference
