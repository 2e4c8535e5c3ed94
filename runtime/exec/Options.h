// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line of attn-exec.
#ifndef ATTN_RUNTIME_EXEC_OPTIONS_H
#define ATTN_RUNTIME_EXEC_OPTIONS_H

#include "runtime/support/Compare.h"

#include <functional>

namespace attn::rt {

struct ExecOptions {
  std::string library;
  std::string entry; ///< empty: the only one
  std::string backend = "cpu";
  std::vector<std::string> args;
  std::vector<std::string> outs;     ///< one a result, in order
  std::vector<std::string> compares; ///< one a result, in order
  std::optional<Tolerance> tolerance;
  int64_t threads = 0; ///< 0: as the environment says
  int64_t repeat = 0; ///< 0: left out
  bool time = false, print = false, list = false, help = false;
  std::string commandLine; ///< quoted, to be pasted into a shell
};

/// An option of a tool that takes those above and more.
struct ExtraOption {
  const char *name;
  bool takesValue; ///< otherwise `set` gets an empty text
  std::function<std::optional<Error>(const std::string &)> set;
};

/// Reads `--name=value` and `--name value` into `options`. Unknown and incomplete options are refused by name; so is a
/// second file, but a missing one is not. `extras` are looked at first.
std::optional<Error> parseWords(int argc, char **argv, const std::vector<ExtraOption> &extras, ExecOptions &options);

/// The options of attn-exec, with a library unless help was asked for.
Result<ExecOptions> parseOptions(int argc, char **argv);

/// For options that count: an integer from 1 to `most`.
std::optional<Error> setCount(const char *name, int64_t &place, const std::string &value, int64_t most);

/// What --help prints.
const char *helpText();

} // namespace attn::rt

#endif
