// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of issue, await and convert.
#include "dialects/Tile/Verifiers.h"

using namespace mlir;
using namespace attn::tile;

Product attn::tile::describeProduct(IssueOp op) {
  auto tile = [](Value operand) {
    Type type = operand ? operand.getType() : Type();
    if (auto slot = dyn_cast_if_present<SlotType>(type))
      type = slot.getTiles().front();
    else if (auto pending = dyn_cast_if_present<PendingType>(type))
      type = pending.getTile();
    return cast_if_present<RankedTensorType>(type);
  };
  auto home = [](Value operand) { return isa<SlotType>(operand.getType()) ? Home::slot : Home::registers; };
  return {tile(op.getA()), tile(op.getB()), tile(op.getC()), tile(op.getPending()), op.getTransA(), op.getTransB(),
          /*begun=*/true,  {home(op.getA()), home(op.getB())}};
}

LogicalResult IssueOp::verify() {
  for (Value operand : {getA(), getB()})
    if (isa<SlotType>(operand.getType()) && failed(tileOfSlot(*this, operand.getType())))
      return failure();
  Product product = describeProduct(*this);
  if (!product.result)
    return emitOpError() << "expects a result with a tile, but got " << getPending().getType();
  if (getC() && !product.c)
    return emitOpError() << "expects c to be a product, but got a copy in flight";
  return verifyProduct(*this, product, getInstructionAttr());
}

LogicalResult AwaitOp::verify() {
  Type promised = getPending().getType().getTile(), got = getTile() ? getTile().getType() : Type();
  if (!promised && got)
    return emitOpError() << "expects no result for a copy, but got " << got;
  if (promised && promised != got)
    return emitOpError() << "expects a result of " << promised << ", but got "
                         << (got ? got : NoneType::get(getContext()));
  return success();
}

LogicalResult ConvertOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType()), result = cast<RankedTensorType>(getType());
  if (source.getShape() != result.getShape() || source.getElementType() != result.getElementType())
    return emitOpError() << "expects the same tile in another layout, but got " << source << " and " << result;
  return success();
}

OpFoldResult ConvertOp::fold(FoldAdaptor) {
  bool same = getSource().getType() == getType() && getSource() != getResult();
  return same ? OpFoldResult(getSource()) : OpFoldResult();
}

TileDims ConvertOp::getTileDims() { return {{DimKind::parallel, DimKind::parallel}, {{0, 1}}, {{0, 1}}}; }
