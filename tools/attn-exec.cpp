// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-exec: runs an entry of a compiled library with the runtime alone.
#include "runtime/exec/Exec.h"

int main(int argc, char **argv) { return attn::rt::execMain(argc, argv, stdout, stderr); }
