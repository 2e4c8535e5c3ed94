// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: verification of a fused chain.
#include "dialects/Attn/Domain.h"
#include "dialects/Attn/MaskGraph.h"
#include "dialects/Attn/Normalizer.h"
#include "dialects/Attn/ScalarRegion.h"

using namespace mlir;
using namespace attn;

ScoresType AttendOp::planeType() { return *inferPlane(getTerms()); }

SmallVector<AttendResult> AttendOp::requested() {
  return llvm::map_to_vector(getRequests().getAsRange<AttendResultAttr>(),
                             [](AttendResultAttr request) { return request.getValue(); });
}

/// What is requested must exist: an output needs values, and no statistic of a diagonal knows segments.
static LogicalResult verifyRequests(AttendOp op) {
  SmallVector<AttendResult> requested = op.requested();
  if (requested.empty())
    return op.emitOpError() << "expects at least one requested result"; // attend_c3
  for (auto [number, request] : llvm::enumerate(requested)) {
    if (llvm::is_contained(ArrayRef(requested).take_front(number), request))
      return op.emitOpError() << "expects " << stringifyAttendResult(request) << " to be requested once"; // attend_c4
    bool isProduct = request == AttendResult::Output || request == AttendResult::Partial;
    if (isProduct && !op.getValues())
      return op.emitOpError() << "expects values where " << stringifyAttendResult(request)
                              << " is requested"; // attend_c5
    if (request == AttendResult::DiagonalSum && op.isPacked())
      return op.emitOpError() << "expects no segments with diagonal_sum"; // attend_c6
  }
  return success();
}

static ReduceKind statistic(AttendResult request) {
  if (request == AttendResult::RowMax)
    return ReduceKind::RowMax;
  return request == AttendResult::ColumnSum ? ReduceKind::ColumnSum : ReduceKind::DiagonalSum;
}

/// The types of the requested results, in order.
static SmallVector<Type> resultTypes(AttendOp op, const Normalizer &normalizer) {
  ScoresType plane = op.planeType();
  auto values = op.getValues() ? cast<RankedTensorType>(op.getValues().getType()) : RankedTensorType();
  SmallVector<Type> types;
  for (AttendResult request : op.requested()) {
    if (request == AttendResult::Output)
      types.push_back(outputType(plane.getShape(), values));
    else if (request == AttendResult::Partial)
      types.append(partialTypes(plane.getShape(), values, normalizer.stateSize()));
    else if (request == AttendResult::Lse)
      types.push_back(rowType(plane.getShape(), plane.getElementType()));
    else
      types.push_back(statisticType(plane.getShape(), plane.getElementType(), statistic(request)));
  }
  return types;
}

static LogicalResult verifyUse(AttendOp op) {
  ScoresType plane = op.planeType();
  bool wantsLse = llvm::is_contained(op.requested(), AttendResult::Lse);
  if (failed(verifyNormalizerUse(op, op.getNormalizer(), op.getNormalizerCaptures().getTypes(), plane.getShape()[1],
                                 plane.getElementType(), wantsLse, op.getLseBase(), op.getSinkIncluded())))
    return failure(); // attend_c9
  return verifyResultTypes(op.getOutputs().getTypes(), resultTypes(op, *Normalizer::get(op)),
                           [&] { return op.emitOpError(); }); // attend_c10
}

LogicalResult AttendOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  if (failed(verifyScaleNames(*this)) || failed(verifyLseBase(*this)) ||
      failed(verifyTerms(getTerms(), getScales(), emitError)) || // attend_c1
      failed(verifyDomain(planeType(), getAlign(), {getCuQ(), getCuK()}, {getLenQ(), getLenK()}, emitError)) || // c2
      failed(verifyRequests(*this)))
    return failure();
  ScoresType plane = planeType();
  if (getValues()) {
    auto values = cast<RankedTensorType>(getValues().getType());
    if (failed(verifyValues(plane.getShape(), plane.getElementType(), values, emitError))) // attend_c7
      return failure();
  }
  if (getMask() && failed(verifyMaskFits(getMask(), plane.getShape(), isPacked(), emitError)))
    return failure(); // attend_c8
  if (std::optional<uint64_t> split = getSplit(); split && static_cast<int64_t>(*split) <= 0)
    return emitOpError() << "expects split to be positive, but got " << static_cast<int64_t>(*split); // attend_c11
  return isa<SymbolRefAttr>(getNormalizer()) ? success() : verifyUse(*this);
}

LogicalResult AttendOp::verifySymbolUses(SymbolTableCollection &) {
  return isa<SymbolRefAttr>(getNormalizer()) ? verifyUse(*this) : success();
}

LogicalResult AttendOp::verifyRegions() {
  Builder builder(getContext());
  Type element = planeType().getElementType();
  SmallVector<Type> arguments = pairRegionTypes(element, getCaptures(), builder);
  for (auto [name, region] : {std::pair<StringRef, Region *>("score", &getScore()), {"weight", &getWeight()}})
    if (!region->empty() && failed(verifyScalarRegion(*this, *region, name, arguments, element)))
      return failure(); // attend_c12
  return success();
}
