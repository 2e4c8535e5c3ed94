// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-run: compiles a function and runs it, or evaluates it with the oracle; compares and times.
#include "lib/Run/Run.h"

int main(int argc, char **argv) { return attn::runMain(argc, argv, stdout, stderr); }
