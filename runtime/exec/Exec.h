// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-exec as a function: everything but main.
#ifndef ATTN_RUNTIME_EXEC_EXEC_H
#define ATTN_RUNTIME_EXEC_EXEC_H

#include "runtime/exec/Options.h"

#include <cstdio>

namespace attn::rt {

/// Parses, runs and reports. Returns the exit code: 0 ok, 1 refused or failed, 2 out of tolerance, 3 no such device.
int execMain(int argc, char **argv, FILE *out, FILE *err);

} // namespace attn::rt

#endif
