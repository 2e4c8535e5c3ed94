// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers and folds of the scalar ops that stand inside regions.
#include "dialects/Attn/AttnOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include <cmath>

using namespace mlir;
using namespace attn;

LogicalResult SoftcapOp::verify() {
  double cap = getCap().convertToDouble();
  if (!std::isfinite(cap) || cap <= 0)
    return emitOpError() << "expects cap to be positive and finite, but got " << cap; // softcap_c1
  return success();
}

LogicalResult LookupOp::inferReturnTypes(MLIRContext *, std::optional<Location>, ValueRange operands, DictionaryAttr,
                                         OpaqueProperties, RegionRange, SmallVectorImpl<Type> &types) {
  auto tensor = operands.empty() ? CapturedType() : dyn_cast<CapturedType>(operands.front().getType());
  if (!tensor)
    return failure();
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
  Operation *parent = op->getParentOp();
  if (!parent || !parent->hasTrait<OpTrait::IsIsolatedFromAbove>() || isa<FunctionOpInterface, NormalizerOp>(parent) ||
      parent->hasTrait<OpTrait::SymbolTable>())
    return op->emitOpError() << "expects to stand in a score, weight or mask region";
  return success();
}
LogicalResult QueryIndexOp::verify() { return verifyInPairRegion(*this); }
LogicalResult KeyIndexOp::verify() { return verifyInPairRegion(*this); }
LogicalResult ExtentOp::verify() { return verifyInPairRegion(*this); }
