// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-compile as a function: everything but main.
#pragma once

#include <cstdio>

namespace attn {

/// Parses, compiles and writes. Returns the exit code: 0 ok, 1 refused or failed; then nothing was written.
int compileMain(int argc, char **argv, FILE *out, FILE *err);

} // namespace attn
