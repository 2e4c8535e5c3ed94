// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers and folds of the scalar ops that stand inside regions.
#include "dialects/Attn/AttnOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include <cmath>

using namespace mlir;
using namespace attn;

LogicalResult YieldOp::verify() {
  if (isa_and_nonnull<FunctionOpInterface>((*this)->getParentOp()))
    return emitOpError() << "expects to end a region of scalars, not a function"; // yield_c1
  return success();
}

LogicalResult SoftcapOp::verify() {
  double cap = getCap().convertToDouble();
  if (getType().isF32())
    cap = static_cast<float>(cap);
  if (!std::isfinite(cap) || cap <= 0)
    return emitOpError() << "expects cap to be positive and finite in " << getType() << ", but got "
                         << cap; // softcap_c1
  return success();
}

LogicalResult LookupOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, ValueRange operands,
                                         DictionaryAttr, OpaqueProperties, RegionRange,
                                         SmallVectorImpl<Type> &types) {
  auto tensor = operands.empty() ? CapturedType() : dyn_cast<CapturedType>(operands.front().getType());
  if (!tensor)
    return emitOptionalError(loc, "'attn.lookup' op expects tensor to be captured, of type !attn.captured");
  types.push_back(tensor.getElementType());
  return success();
}

LogicalResult LookupOp::verify() {
  size_t rank = getTensor().getType().getShape().size();
  if (getIndices().size() != rank)
    return emitOpError() << "expects " << rank << " indices, one per dimension of " << getTensor().getType()
                         << ", but got " << getIndices().size(); // lookup_c1
  for (auto [number, index, extent] : llvm::enumerate(getIndices(), getTensor().getType().getShape())) {
    APInt value;
    if (!matchPattern(index, m_ConstantInt(&value)))
      continue;
    if (value.isNegative() || (!ShapedType::isDynamic(extent) && value.getSExtValue() >= extent))
      return emitOpError() << "expects index #" << number << " to lie inside " << getTensor().getType() << ", but got "
                           << value.getSExtValue(); // lookup_c2
  }
  return success();
}

OpFoldResult DistanceOp::fold(FoldAdaptor) {
  if (getTo() == getFrom())
    return FloatAttr::get(getType(), 0.0);
  return {};
}

/// The storage index and the extents belong to a pair: they stand in a score, weight or mask region.
static LogicalResult verifyInPairRegion(Operation *op) {
  if (isa_and_nonnull<ModifyOp, AttendOp, MaskOpInterface>(op->getParentOp()))
    return success();
  return op->emitOpError() << "expects to stand in a score, weight or mask region";
}
LogicalResult QueryIndexOp::verify() { return verifyInPairRegion(*this); }
LogicalResult KeyIndexOp::verify() { return verifyInPairRegion(*this); }
LogicalResult ExtentOp::verify() { return verifyInPairRegion(*this); }
