// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line of attn-exec.
#ifndef ATTN_RUNTIME_EXEC_OPTIONS_H
#define ATTN_RUNTIME_EXEC_OPTIONS_H

#include "runtime/support/Compare.h"

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
  int64_t repeat = 1;
  bool time = false, print = false, list = false, help = false;
  std::string commandLine; ///< quoted, to be pasted into a shell
};

/// Reads `--name=value` and `--name value`. Unknown and incomplete options are refused by name.
Result<ExecOptions> parseOptions(int argc, char **argv);

/// What --help prints.
const char *helpText();

} // namespace attn::rt

#endif
