// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// score, modify, mask, gate, apply, reduce: verification, inference and folds.
#include "dialects/Attn/Domain.h"
#include "dialects/Attn/MaskGraph.h"
#include "dialects/Attn/Normalizer.h"
#include "dialects/Attn/ScalarRegion.h"

using namespace mlir;
using namespace attn;

//===-- where a plane comes from --------------------------------------------------------------------------------===//

/// The op that a plane is a changed form of; null where it starts here.
static Operation *getPrevious(Operation *op) {
  return isa_and_nonnull<ModifyOp, MaskOp, NormalizeOp, GateOp>(op) ? op->getOperand(0).getDefiningOp() : nullptr;
}

/// Verifiers walk planes before it is known that no op follows from itself, so they keep where they were.
template <typename Op, typename... Through>
static Op findSource(Value plane) {
  llvm::SmallPtrSet<Operation *, 8> seen;
  Operation *op = plane.getDefiningOp();
  while (isa_and_nonnull<Through...>(op) && seen.insert(op).second)
    op = op->getOperand(0).getDefiningOp();
  return dyn_cast_or_null<Op>(op);
}

ScoreOp attn::getScore(Value plane) { return findSource<ScoreOp, ModifyOp, MaskOp, NormalizeOp, GateOp>(plane); }

NormalizeOp attn::getNormalize(Value weights) { return findSource<NormalizeOp, GateOp>(weights); }

/// That a plane does not come from itself: one walker goes two steps for each of the other's.
static LogicalResult verifyNoCycle(Operation *op) {
  Operation *slow = op, *fast = op;
  do {
    slow = getPrevious(slow);
    fast = getPrevious(getPrevious(fast));
    if (fast && fast == slow)
      return op->emitOpError() << "expects no plane that depends on itself";
  } while (fast);
  return success();
}

//===-- score ---------------------------------------------------------------------------------------------------===//

LogicalResult ScoreOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, ValueRange operands,
                                        DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
                                        SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  FailureOr<ScoresType> plane = inferPlane(adaptor.getTerms());
  if (failed(plane))
    return failure(); // The verifier says why.
  types.push_back(*plane);
  return success();
}

LogicalResult ScoreOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  if (failed(verifyScaleNames(*this)) || failed(verifyTerms(getTerms(), getScales(), emitError)))
    return failure(); // score_c16, score_c1 .. score_c8, score_c14
  return verifyDomain(*inferPlane(getTerms()), getAlign(), {getCuQ(), getCuK()}, {getLenQ(), getLenK()},
                      emitError); // score_c9 .. score_c13
}

//===-- modify --------------------------------------------------------------------------------------------------===//

LogicalResult ModifyOp::verifyRegions() {
  if (failed(verifyNoCycle(*this)))
    return failure();
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
  if (failed(verifyNoCycle(*this)))
    return failure(); // mask_c3
  ScoreOp score = getScore(getScores());
  return verifyMaskFits(getMask(), getScores().getType().getShape(), score && score.isPacked(),
                        [&] { return emitOpError(); }); // mask_c1, mask_c2
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
  if (failed(verifyNoCycle(*this)))
    return failure(); // gate_c4
  auto factor = cast<RankedTensorType>(getFactor().getType());
  ArrayRef<int64_t> dims = getDims(), shape = shapeOf(getSource().getType());
  if (factor.getRank() != static_cast<int64_t>(dims.size()))
    return emitOpError() << "expects factor to have one dimension per named axis (" << dims.size() << "), but got "
                         << factor; // gate_c1
  int64_t previous = -1;
  for (auto [number, dim] : llvm::enumerate(dims)) {
    if (dim <= previous || dim > 3)
      return emitOpError() << "expects axes to be named once and in order, but got axis " << dim << " after "
                           << previous; // gate_c2
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
  if (failed(verifyValues(weights.getShape(), weights.getElementType(), values, emitError))) // apply_c1 .. apply_c4
    return failure();
  if (!getPartial())
    return verifyResultTypes(getOutputs().getTypes(), outputType(weights.getShape(), values), emitError); // apply_c5
  if (!getNormalize(getWeights()))
    return emitOpError() << "expects weights made by attn.normalize, perhaps through attn.gate, for partial "
                            "results"; // apply_c6
  return success();
}

/// A symbol may be asked how much state a row has only once it has been verified itself.
LogicalResult ApplyOp::verifySymbolUses(SymbolTableCollection &) {
  if (!getPartial())
    return success();
  NormalizeOp normalize = getNormalize(getWeights());
  std::optional<Normalizer> normalizer = Normalizer::get(normalize.getNormalizer(), *this);
  if (!normalizer)
    return success(); // The symbol is missing: attn.normalize says so.
  SmallVector<Type> expected = partialTypes(getWeights().getType().getShape(),
                                            cast<RankedTensorType>(getValues().getType()), normalizer->stateSize());
  return verifyResultTypes(getOutputs().getTypes(), expected, [&] { return emitOpError(); }); // apply_c7
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
