// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line of attn-run: that of attn-exec and more.
#pragma once

#include "runtime/exec/Options.h"

namespace attn {

struct RunOptions : rt::ExecOptions {
  std::string variant;
  std::string cpu = "native";
  std::string target; ///< empty: the backend's machine
  uint64_t seed = 0;
  int64_t deadline = 0; ///< seconds; 0: none
  int64_t sample = 0;   ///< query rows a head that the oracle evaluates; 0: all
  bool listVariants = false, dumpSchedule = false, compareReference = false, lowLevel = false;

  /// What messages call the input.
  bool isLibrary() const;
  /// The backend without its device number.
  std::string backendName() const { return backend.substr(0, backend.find(':')); }
};

/// Refuses unknown options, and combinations that mean nothing, by name.
rt::Result<RunOptions> parseRunOptions(int argc, char **argv);

const char *runHelp();

} // namespace attn
