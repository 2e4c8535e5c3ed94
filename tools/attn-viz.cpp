// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-viz: draws the mask of a function as SVG.
#include "lib/Run/Draw.h"

int main(int argc, char **argv) { return attn::drawMain(argc, argv, stdout, stderr); }
