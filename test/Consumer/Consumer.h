// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dialect that somebody else could have written.
#pragma once

#include "dialects/Attn/AttnOps.h"

#include "test/Consumer/ConsumerDialect.h.inc"
#define GET_ATTRDEF_CLASSES
#include "test/Consumer/ConsumerAttributes.h.inc"
#define GET_OP_CLASSES
#include "test/Consumer/ConsumerOps.h.inc"
