// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the statements of a piece of PTX.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace attn::cuda::simulator {

/// A name or `$n`, a number, `{...}`, `[...]`, or `_`.
struct AsmOperand {
  enum Kind { name, number, list, address, nothing } kind = nothing;
  std::string text;
  int64_t value = 0;
  std::vector<AsmOperand> parts;
};

struct Statement {
  std::string guard; ///< the predicate's name; empty: none
  std::string opcode;
  std::vector<AsmOperand> operands;

  /// The number after a letter in a modifier: `n` of "m64n128k16".
  int64_t numberAfter(llvm::StringRef modifier, char letter) const;
  llvm::SmallVector<llvm::StringRef> modifiers() const;
};

/// Statements end in `;`; braces around them and declarations of registers (`.reg`) are statements of no effect.
llvm::Expected<std::vector<Statement>> parseAssembly(llvm::StringRef text);

} // namespace attn::cuda::simulator
