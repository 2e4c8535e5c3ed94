// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Command lines of tools that take one file and options with values.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>

namespace attn {

/// One option; a flag takes no value and `set` gets an empty text.
struct WordOption {
  llvm::StringRef name;
  bool takesValue;
  std::function<llvm::Error(llvm::StringRef)> set;
};

/// Reads `--name=value` and `--name value`; returns the one other word, empty where there is none. Unknown and
/// incomplete options and a second file are refused by name.
llvm::Expected<std::string> parseWords(int argc, char **argv, llvm::ArrayRef<WordOption> options);

/// Refuses a command line that names no source, or a file and a variant.
llvm::Error checkSource(llvm::StringRef file, llvm::StringRef variant);

/// Setters.
std::function<llvm::Error(llvm::StringRef)> setText(std::string &place);
std::function<llvm::Error(llvm::StringRef)> addText(std::vector<std::string> &place);
std::function<llvm::Error(llvm::StringRef)> setFlag(bool &place);
/// An integer from `least` to `most`.
std::function<llvm::Error(llvm::StringRef)> setInteger(llvm::StringRef name, int64_t &place, int64_t least,
                                                       int64_t most);

/// Writes a file whole or not at all; "-" is standard output.
llvm::Error writeWhole(llvm::StringRef path, llvm::StringRef bytes, FILE *out);

} // namespace attn
