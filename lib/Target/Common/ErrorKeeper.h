// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keeps the errors of LLVM's code generators, which would end the process by default.
#pragma once

#include "llvm/IR/DiagnosticHandler.h"

#include <string>

namespace attn::target {

/// For LLVMContext::setDiagnosticHandler: errors are joined in `errors`, which outlives the context; all else is dropped.
struct ErrorKeeper : llvm::DiagnosticHandler {
  explicit ErrorKeeper(std::string &errors) : errors(errors) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override;

  std::string &errors;
};

} // namespace attn::target
