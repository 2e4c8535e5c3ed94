// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-viz as a function: everything but main.
#pragma once

#include <cstdio>

namespace attn {

/// Evaluates the mask of a function and writes its picture. Returns the exit code: 0 ok, 1 refused or failed; then
/// nothing was written.
int drawMain(int argc, char **argv, FILE *out, FILE *err);

} // namespace attn
