// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What untrusted text must keep to before and after MLIR parses it.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace attn {

/// Limits of a text. MLIR's parser recurses: it survives a nesting of 1,000 and dies at 10,000. It reads numbers in the
/// square of their digits: a million take minutes.
struct InputLimits {
  size_t bytes = 16 << 20;
  unsigned nesting = 256;
  size_t digits = 1024;
};

/// Refuses text that is too large, is not text, has a number too long, or nests brackets, minus signs or callsite locations
/// too deeply.
llvm::Error checkText(llvm::StringRef text, const InputLimits &limits = {});

/// Refuses ops of dialects that user input has no business with. `lowLevel` admits every dialect of the compiler.
llvm::Error checkDialects(mlir::ModuleOp module, bool lowLevel);

} // namespace attn
