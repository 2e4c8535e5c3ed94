// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-run as a function: everything but main.
#pragma once

#include <cstdio>

namespace attn {

/// Parses, compiles, runs and reports. Returns the exit code: 0 ok, 1 refused or failed, 2 out of tolerance, 3 no such
/// device.
int runMain(int argc, char **argv, FILE *out, FILE *err);

} // namespace attn
