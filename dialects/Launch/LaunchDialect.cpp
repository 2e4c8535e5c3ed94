// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the launch dialect and checks its attributes on functions.
#include "dialects/Interfaces/LaunchableInterface.h"
#include "dialects/Launch/LaunchOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn::launch;

#include "dialects/Launch/LaunchDialect.cpp.inc"
#include "dialects/Launch/LaunchEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Launch/LaunchAttrs.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Launch/LaunchOps.cpp.inc"

void LaunchDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Launch/LaunchAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Launch/LaunchOps.cpp.inc"
      >();
}

LogicalResult LaunchDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  bool isList = name == imagesAttr || name == deviceVariantsAttr || name == descriptorsAttr;
  if (isList && !isa<ArrayAttr>(attribute.getValue()))
    return op->emitError() << "expects '" << name << "' to be an array, but got " << attribute.getValue();
  if (name == imagesAttr)
    return isa<ModuleOp>(op) ? success() : op->emitError() << "expects '" << name << "' on a module";
  bool isOrder = name == startsEarlyAttr || name == startsNextAttr;
  if (!isa<FunctionOpInterface>(op) && !(isOrder && isa<attn::LaunchableOpInterface>(op)))
    return op->emitError() << "expects '" << name << "' on a function";
  if (name == kernelAttr)
    return isa<UnitAttr>(attribute.getValue()) ? success()
                                               : op->emitError() << "expects '" << name << "' to have no value";
  if (name == variantOfAttr)
    return isa<FlatSymbolRefAttr>(attribute.getValue())
               ? success()
               : op->emitError() << "expects '" << name << "' to be a symbol, but got " << attribute.getValue();
  if (isList)
    return success();
  if (name == persistentAttr || isOrder)
    return isa<BoolAttr>(attribute.getValue())
               ? success()
               : op->emitError() << "expects '" << name << "' to be a bool, but got " << attribute.getValue();
  if (name != scratchAttr && name != cpuLevelAttr && name != threadsAttr && name != sharedAttr)
    return op->emitError() << "expects no attribute '" << name << "'";
  auto number = dyn_cast<IntegerAttr>(attribute.getValue());
  if (!number || !number.getType().isInteger(64) || number.getInt() < 0)
    return op->emitError() << "expects '" << name << "' to be a non-negative i64, but got " << attribute.getValue();
  return success();
}
