// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The generated definitions of every op; what is written by hand lies in a file per family.
#include "dialects/Attn/AttnOps.h"
#include "dialects/Attn/Assembly.h"

#define GET_OP_CLASSES
#include "dialects/Attn/AttnOps.cpp.inc"
