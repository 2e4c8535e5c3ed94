// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The attn dialect class, its enums and attributes.
#pragma once

#include "dialects/Interfaces/NormalizerInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"

#include "dialects/Attn/AttnDialect.h.inc"
#include "dialects/Attn/AttnEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Attn/AttnAttributes.h.inc"
