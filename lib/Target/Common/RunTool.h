// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Other programs that a compile needs (a linker, an assembler), run on temporary files.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileUtilities.h"

#include <string>

namespace attn::target {

/// A file that goes away at the end of the scope.
struct TemporaryFile {
  llvm::SmallString<128> path;
  llvm::FileRemover remover;

  llvm::Error create(llvm::StringRef suffix);
  llvm::Error write(llvm::ArrayRef<char> bytes) const;
  llvm::Expected<std::string> read() const;
};

/// How a program ended.
struct ToolResult {
  int code = 0;         ///< 0 is success
  std::string messages; ///< what it printed, and why it could not be run
};

/// Runs a program without input and keeps what it prints. `seconds` 0: no limit. Fails only where no temporary file can
/// be made.
llvm::Expected<ToolResult> runTool(llvm::StringRef program, llvm::ArrayRef<llvm::StringRef> arguments,
                                   unsigned seconds);

} // namespace attn::target
