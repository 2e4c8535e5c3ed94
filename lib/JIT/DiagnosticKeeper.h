// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns the diagnostics of one piece of work into an error.
#pragma once

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>

namespace attn {

/// While it lives, keeps the errors that this thread reports in a context and shows every diagnostic to `sink`.
class DiagnosticKeeper {
public:
  /// `consume`: the diagnostics go to no other handler of the context.
  DiagnosticKeeper(mlir::MLIRContext &context, std::function<void(mlir::Diagnostic &)> sink, bool consume);

  /// The errors so far, or `fallback` where there was none.
  llvm::Error take(const llvm::Twine &fallback);

private:
  std::string errors;
  mlir::ScopedDiagnosticHandler handler;
};

/// "file:line:column: error: message", notes on lines of their own. No location: the message alone.
std::string describe(mlir::Diagnostic &diagnostic);

} // namespace attn
