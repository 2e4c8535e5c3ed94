// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of the ops on rings.
#include "dialects/Tile/MemoryAccess.h"
#include "dialects/Tile/Verifiers.h"

using namespace mlir;
using namespace attn::tile;

void AcquireOp::build(OpBuilder &builder, OperationState &state, Value ring) {
  build(builder, state, slotOf(ring.getType(), Access::fill), ring);
}

void WaitOp::build(OpBuilder &builder, OperationState &state, Value ring) {
  build(builder, state, slotOf(ring.getType(), Access::read), ring);
}

FailureOr<RankedTensorType> attn::tile::tileOfSlot(Operation *op, Type slot) {
  ArrayRef<Type> tiles = cast<SlotType>(slot).getTiles();
  if (tiles.size() != 1)
    return op->emitOpError() << "expects a slot of one tile, but got one of " << tiles.size();
  return cast<RankedTensorType>(tiles.front());
}

//===- layouts ------------------------------------------------------------===//

LogicalResult attn::tile::verifyLayouts(Operation *op, ArrayAttr layouts, ArrayRef<Type> tiles) {
  if (!layouts)
    return success();
  if (layouts.size() != tiles.size())
    return op->emitOpError() << "expects a layout for each of its tiles, " << tiles.size() << ", but got "
                             << layouts.size();
  for (auto [layout, tile] : llvm::zip_equal(layouts.getAsRange<LayoutAttrInterface>(), tiles))
    if (std::string reason = layout.findMisfit(cast<RankedTensorType>(tile)); !reason.empty())
      return op->emitOpError() << "expects a layout that fits, but " << layout << " " << reason;
  return success();
}

LogicalResult RingOp::verify() { return verifyLayouts(*this, getLayoutAttr(), getRing().getType().getTiles()); }

//===- ends and views -----------------------------------------------------===//

template <typename OpT> static LogicalResult verifyEnd(OpT op) {
  if (op.getSlot().template getDefiningOp<ViewOp>())
    return op.emitOpError() << "expects the slot itself, but got a view of it";
  if (op.getSlot().template getDefiningOp<SlotOp>())
    return op.emitOpError() << "expects a slot of a ring, but got one that barriers guard";
  return success();
}

LogicalResult CommitOp::verify() { return verifyEnd(*this); }

LogicalResult ReleaseOp::verify() { return verifyEnd(*this); }

Value attn::tile::getRootOfSlot(Value slot) {
  llvm::SmallPtrSet<Value, 4> seen; // IR that does not verify yet may go round in circles
  for (auto view = slot.getDefiningOp<ViewOp>(); view && seen.insert(slot).second; view = slot.getDefiningOp<ViewOp>())
    slot = view.getSlot();
  return slot;
}

LogicalResult ViewOp::verify() {
  SlotType slot = getSlot().getType(), view = getView().getType();
  if (slot.getAccess() != view.getAccess())
    return emitOpError() << "expects a view to be held as its slot is, but got " << view << " of " << slot;
  int64_t count = slot.getTiles().size(), part = getPart();
  if (part < 0 || part >= count)
    return emitOpError() << "expects a part in [0, " << count << "), but got " << part;
  FailureOr<RankedTensorType> tile = tileOfSlot(*this, view);
  if (failed(tile))
    return failure();
  auto whole = cast<RankedTensorType>(slot.getTiles()[part]);
  if (tile->getElementType() != whole.getElementType())
    return emitOpError() << "expects view and slot to have one element type, but got " << tile->getElementType()
                         << " and " << whole.getElementType();
  if (!getOffsets().empty() && getOffsets().size() != 2)
    return emitOpError() << "expects two offsets or none, but got " << getOffsets().size();
  for (int d = 0; d < 2; ++d)
    if (getOffsets().empty() ? tile->getDimSize(d) != whole.getDimSize(d) : tile->getDimSize(d) > whole.getDimSize(d))
      return emitOpError() << "expects a view inside the slot's " << whole << ", but got " << *tile;
  return success();
}

//===- what moves tiles ---------------------------------------------------===//

Value CopyOp::getBoundOf(int64_t dim) { return boundOf(*this, dim); }
Value CopyOutOp::getBoundOf(int64_t dim) { return boundOf(*this, dim); }

void CopyOp::build(OpBuilder &builder, OperationState &state, Value slot, Value source, ValueRange offsets,
                   ValueRange bounds, ValueRange indices, ArrayRef<int64_t> dims, DenseI64ArrayAttr indexDims) {
  build(builder, state, slot, source, offsets, bounds, indices, /*barriers=*/Value(), /*stage=*/Value(),
        builder.getDenseI64ArrayAttr(dims), indexDims, builder.getI64IntegerAttr(0), /*descriptor=*/IntegerAttr());
}

LogicalResult CopyOp::verify() {
  FailureOr<RankedTensorType> tile = tileOfSlot(*this, getSlot().getType());
  if (failed(tile))
    return failure();
  bool ofRing = getRootOfSlot(getSlot()).getDefiningOp<SlotOp>() == nullptr;
  if (ofRing == static_cast<bool>(getBarriers()))
    return emitOpError() << (ofRing ? "expects the slot's commit to end it, but it signals a barrier"
                                    : "expects to signal a barrier, since its slot is of no ring");
  if (static_cast<int64_t>(getBytes()) < 0)
    return emitOpError() << "expects bytes that are not negative, but got " << static_cast<int64_t>(getBytes());
  return verifyAccess(*this, getSource().getType(), *tile);
}

LogicalResult CopyOutOp::verify() {
  FailureOr<RankedTensorType> tile = tileOfSlot(*this, getSlot().getType());
  if (failed(tile) || failed(verifyAccess(*this, getDest().getType(), *tile)))
    return failure();
  if (Type pending = getPending().getType().getTile())
    return emitOpError() << "expects a result without a tile, but got one of " << pending;
  return success();
}

/// A tile and the slot that it goes to or comes from; layouts may differ.
static LogicalResult verifySame(Operation *op, Type type, Type slot) {
  FailureOr<RankedTensorType> whole = tileOfSlot(op, slot);
  if (failed(whole))
    return failure();
  auto tile = cast<RankedTensorType>(type);
  if (tile.getShape() != whole->getShape() || tile.getElementType() != whole->getElementType())
    return op->emitOpError() << "expects the slot's " << *whole << ", but got " << tile;
  return success();
}

LogicalResult PutOp::verify() { return verifySame(*this, getTile().getType(), getSlot().getType()); }

LogicalResult ReadOp::verify() { return verifySame(*this, getTile().getType(), getSlot().getType()); }
