// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of issue, await and convert.
#include "dialects/Tile/Verifiers.h"

using namespace mlir;
using namespace attn::tile;

LogicalResult IssueOp::verify() {
  auto tileOf = [&](Value operand) -> FailureOr<RankedTensorType> {
    if (!operand)
      return RankedTensorType();
    if (isa<SlotType>(operand.getType()))
      return tileOfSlot(*this, operand.getType());
    if (auto pending = dyn_cast<PendingType>(operand.getType()))
      return cast_if_present<RankedTensorType>(pending.getTile());
    return cast<RankedTensorType>(operand.getType());
  };
  FailureOr<RankedTensorType> a = tileOf(getA()), b = tileOf(getB()), c = tileOf(getC()),
                              result = tileOf(getPending());
  if (failed(a) || failed(b))
    return failure();
  if (!*result)
    return emitOpError() << "expects a result with a tile, but got " << getPending().getType();
  if (getC() && !*c)
    return emitOpError() << "expects c to be a product, but got a copy in flight";
  return verifyProduct(*this, {*a, *b, *c, *result}, getTransA(), getTransB());
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
