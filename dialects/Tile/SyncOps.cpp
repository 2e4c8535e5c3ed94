// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of slots and barriers.
#include "dialects/Tile/Verifiers.h"

using namespace mlir;
using namespace attn::tile;

static LogicalResult verifyOffset(Operation *op, std::optional<uint64_t> offset) {
  if (offset && static_cast<int64_t>(*offset) < 0)
    return op->emitOpError() << "expects an offset that is not negative, but got " << static_cast<int64_t>(*offset);
  return success();
}

LogicalResult SlotsOp::verify() {
  if (failed(verifyLayouts(*this, getLayoutAttr(), getSlots().getType().getTiles())))
    return failure();
  return verifyOffset(*this, getOffset());
}

LogicalResult SlotOp::verify() {
  if (getSlot().getType().getTiles() != getSlots().getType().getTiles())
    return emitOpError() << "expects a slot of " << getSlots().getType() << ", but got " << getSlot().getType();
  return success();
}

LogicalResult BarriersOp::verify() {
  if (static_cast<int64_t>(getArrivals()) < 1)
    return emitOpError() << "expects one arrival or more, but got " << static_cast<int64_t>(getArrivals());
  return verifyOffset(*this, getOffset());
}

LogicalResult ArriveOp::verify() {
  if (static_cast<int64_t>(getCount()) < 1)
    return emitOpError() << "expects one arrival or more, but got " << static_cast<int64_t>(getCount());
  if (static_cast<int64_t>(getBytes()) < 0)
    return emitOpError() << "expects bytes that are not negative, but got " << static_cast<int64_t>(getBytes());
  return success();
}

LogicalResult ClearOp::verify() {
  FailureOr<RankedTensorType> tile = tileOfSlot(*this, getSlot().getType());
  return failed(tile) ? failure() : success();
}
