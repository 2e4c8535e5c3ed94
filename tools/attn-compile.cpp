// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-compile: a module in, a shared library, an object or the IR of a level out.
#include "lib/Run/Compile.h"

int main(int argc, char **argv) { return attn::compileMain(argc, argv, stdout, stderr); }
