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

LogicalResult ScheduleAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t rows, int64_t cols) {
  if (rows < 0)
    return emitError() << "expects rows to be positive, but got " << rows;
  if (cols < 0)
    return emitError() << "expects cols to be positive, but got " << cols;
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
  if (depth < 1)
    return emitError() << "expects a ring of one slot or more, but got " << depth;
  return verifyPayload(emitError, tiles);
}

LogicalResult SlotType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Access access,
                               ArrayRef<Type> tiles) {
  return verifyPayload(emitError, tiles);
}

LogicalResult SlotsType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t depth,
                                ArrayRef<Type> tiles) {
  if (depth < 1)
    return emitError() << "expects one slot or more, but got " << depth;
  return verifyPayload(emitError, tiles);
}

LogicalResult BarriersType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t depth) {
  return depth < 1 ? emitError() << "expects one barrier or more, but got " << depth : success();
}

LogicalResult PendingType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Type tile) {
  return tile ? verifyPayload(emitError, tile) : success();
}
