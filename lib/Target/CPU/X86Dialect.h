// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The x86 dialect: attributes only.
#pragma once

#include "mlir/IR/Attributes.h"
#include "mlir/IR/Dialect.h"

#include "lib/Target/CPU/X86Dialect.h.inc"
#define GET_ATTRDEF_CLASSES
#include "lib/Target/CPU/X86Attrs.h.inc"
