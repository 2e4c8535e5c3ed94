// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Enums and attributes of the attn dialect: the generated parts and the registration.
#include "dialects/Attn/AttnDialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/Attn/AttnEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/Attn/AttnAttributes.cpp.inc"

void attn::AttnDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Attn/AttnAttributes.cpp.inc"
      >();
}
