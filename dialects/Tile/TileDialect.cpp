// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the tile dialect's types, attributes and ops.
#include "dialects/Tile/ListAssembly.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn::tile;

#include "dialects/Tile/TileDialect.cpp.inc"
#include "dialects/Tile/TileEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Tile/TileAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Tile/TileTypes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Tile/TileOps.cpp.inc"

void TileDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Tile/TileTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Tile/TileAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Tile/TileOps.cpp.inc"
      >();
}

Operation *TileDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

LogicalResult ScheduleAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t rows, int64_t cols,
                                   int64_t valueCols) {
  for (auto [name, size] : {std::pair("rows", rows), {"cols", cols}, {"value_cols", valueCols}})
    if (size < 0 || size > mostPinned)
      return emitError() << "expects " << name << " in [1, " << mostPinned << "], but got " << size;
  return success();
}

LogicalResult TileDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() != "tile.schedule")
    return op->emitError() << "expects no attribute '" << attribute.getName().getValue() << "'";
  if (!isa<ScheduleAttr>(attribute.getValue()))
    return op->emitError() << "expects 'tile.schedule' to be a #tile.schedule, but got " << attribute.getValue();
  return success();
}

/// Reports a number of slots or barriers that no memory holds.
static LogicalResult verifyDepth(llvm::function_ref<InFlightDiagnostic()> emitError, StringRef what, int64_t depth) {
  if (depth < 1 || depth > mostSlots)
    return emitError() << "expects from 1 to " << mostSlots << " " << what << ", but got " << depth;
  return success();
}

static LogicalResult verifyPayload(llvm::function_ref<InFlightDiagnostic()> emitError, ArrayRef<Type> tiles) {
  for (Type tile : tiles)
    if (!isTile(tile))
      return emitError() << "expects a payload of tiles, but got " << tile;
  return success();
}

LogicalResult RingType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t depth,
                               ArrayRef<Type> tiles) {
  if (failed(verifyDepth(emitError, "slots of a ring", depth)))
    return failure();
  return verifyPayload(emitError, tiles);
}

LogicalResult SlotType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Access access,
                               ArrayRef<Type> tiles) {
  return verifyPayload(emitError, tiles);
}

LogicalResult SlotsType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t depth,
                                ArrayRef<Type> tiles) {
  if (failed(verifyDepth(emitError, "slots", depth)))
    return failure();
  return verifyPayload(emitError, tiles);
}

LogicalResult BarriersType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t depth) {
  return verifyDepth(emitError, "barriers", depth);
}

LogicalResult PendingType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Type tile) {
  return tile ? verifyPayload(emitError, tile) : success();
}
