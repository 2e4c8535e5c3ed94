// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// score, modify, mask, gate, apply, reduce: verification, inference and folds.
#include "dialects/Attn/Domain.h"
#include "dialects/Attn/Normalizer.h"
#include "dialects/Attn/ScalarRegion.h"

using namespace mlir;
using namespace attn;

//===-- where a plane comes from --------------------------------------------------------------------------------===//

ScoreOp attn::getScore(Value plane) {
  while (Operation *op = plane.getDefiningOp()) {
    if (auto score = dyn_cast<ScoreOp>(op))
      return score;
    if (!isa<ModifyOp, MaskOp, NormalizeOp, GateOp>(op))
      return {};
    plane = op->getOperand(0);
  }
  return {};
}

NormalizeOp attn::getNormalize(Value weights) {
  while (auto gate = weights.getDefiningOp<GateOp>())
    weights = gate.getSource();
  return weights.getDefiningOp<NormalizeOp>();
}

//===-- score ---------------------------------------------------------------------------------------------------===//

LogicalResult ScoreOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, ValueRange operands,
                                        DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
                                        SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  FailureOr<ScoresType> plane = inferPlane(adaptor.getTerms());
  if (failed(plane))
    return emitOptionalError(loc, "expects terms to be pairs of 4-D query and key tensors");
  types.push_back(*plane);
  return success();
}

LogicalResult ScoreOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  if (failed(verifyTerms(getTerms(), getScales(), emitError))) // score_c1 .. score_c8
    return failure();
  return verifyDomain(*inferPlane(getTerms()), getAlign(), {getCuQ(), getCuK()}, {getLenQ(), getLenK()},
                      emitError); // score_c9 .. score_c13
}

//===-- modify --------------------------------------------------------------------------------------------------===//

LogicalResult ModifyOp::verifyRegions() {
  Builder builder(getContext());
  Type element = getScores().getType().getElementType();
  return verifyScalarRegion(*this, getBody(), "body", pairRegionTypes(element, getCaptures(), builder), element);
}

OpFoldResult ModifyOp::fold(FoldAdaptor) {
  Block &block = getBody().front();
  auto yield = cast<YieldOp>(block.getTerminator());
  if (yield.getValues().size() == 1 && yield.getValues()[0] == block.getArgument(0))
    return getScores();
  return {};
}

void ModifyOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(+[](ModifyOp op, PatternRewriter &rewriter) -> LogicalResult {
    FailureOr<SmallVector<Value>> kept = dropUnusedCaptures(rewriter, op.getBody(), op.getCaptures(), 5);
    if (failed(kept))
      return rewriter.notifyMatchFailure(op, "every captured tensor is read");
    rewriter.modifyOpInPlace(op, [&] { op.getCapturesMutable().assign(*kept); });
    return success();
  });
}

//===-- mask ----------------------------------------------------------------------------------------------------===//

LogicalResult MaskOp::verify() {
  auto mask = getMask().getDefiningOp<MaskOpInterface>();
  if (!mask)
    return emitOpError() << "expects mask to be made by an op that implements MaskOpInterface"; // mask_c1
  ScoreOp score = getScore(getScores());
  return mask.verifyPlane(getScores().getType().getShape(), score && score.isPacked(),
                          [&] { return emitOpError(); }); // mask_c2
}

OpFoldResult MaskOp::fold(FoldAdaptor) {
  for (auto earlier = getScores().getDefiningOp<MaskOp>(); earlier;
       earlier = earlier.getScores().getDefiningOp<MaskOp>())
    if (earlier.getMask() == getMask())
      return getScores();
  return {};
}

//===-- gate ----------------------------------------------------------------------------------------------------===//

static ArrayRef<int64_t> shapeOf(Type type) {
  return isa<PlaneType>(type) ? cast<PlaneType>(type).getShape() : cast<RankedTensorType>(type).getShape();
}

LogicalResult GateOp::verify() {
  auto factor = cast<RankedTensorType>(getFactor().getType());
  ArrayRef<int64_t> dims = getDims(), shape = shapeOf(getSource().getType());
  if (factor.getRank() != static_cast<int64_t>(dims.size()))
    return emitOpError() << "expects factor to have one dimension per named axis (" << dims.size() << "), but got "
                         << factor; // gate_c1
  int64_t previous = -1;
  for (auto [number, dim] : llvm::enumerate(dims)) {
    if (dim <= previous || dim > 3)
      return emitOpError() << "expects axes to be named once and in order"; // gate_c2
    previous = dim;
    if (!extentsMatch(factor.getDimSize(number), shape[dim]))
      return emitOpError() << "expects dimension #" << number << " of factor to be " << shape[dim] << ", but got "
                           << factor.getDimSize(number); // gate_c3
  }
  return success();
}

//===-- apply ---------------------------------------------------------------------------------------------------===//

LogicalResult ApplyOp::verify() {
  WeightsType weights = getWeights().getType();
  auto values = cast<RankedTensorType>(getValues().getType());
  auto emitError = [&] { return emitOpError(); };
  if (failed(verifyValues(weights.getShape(), values, emitError))) // apply_c1 .. apply_c4
    return failure();
  if ((weights.getElementType().isF64()) != values.getElementType().isF64())
    return emitOpError() << "expects values of f64 exactly when weights are f64, but got " << values << " and "
                         << weights; // apply_c5
  if (!getPartial())
    return verifyResultTypes(getOutputs().getTypes(), outputType(weights.getShape(), values), emitError); // apply_c6
  NormalizeOp normalize = getNormalize(getWeights());
  if (!normalize)
    return emitOpError() << "expects weights made by attn.normalize, perhaps through attn.gate, for partial results";
  std::optional<Normalizer> normalizer = Normalizer::get(normalize.getNormalizer(), *this);
  if (!normalizer)
    return success(); // The symbol is missing: attn.normalize says so.
  return verifyResultTypes(getOutputs().getTypes(),
                           partialTypes(weights.getShape(), values, normalizer->stateSize()), emitError); // apply_c7
}

//===-- reduce --------------------------------------------------------------------------------------------------===//

LogicalResult ReduceOp::verify() {
  PlaneType plane = cast<PlaneType>(getPlane().getType());
  ScoreOp score = getScore(getPlane());
  if (getKind() == ReduceKind::DiagonalSum && score && score.isPacked())
    return emitOpError() << "expects no segments with diagonal_sum"; // reduce_c1
  return verifyResultTypes(getResult().getType(), statisticType(plane.getShape(), plane.getElementType(), getKind()),
                           [&] { return emitOpError(); }); // reduce_c2
}
