// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// normalize and merge: verification and canonicalisation.
#include "dialects/Attn/Domain.h"
#include "dialects/Attn/Normalizer.h"

using namespace mlir;
using namespace attn;

//===-- normalize -----------------------------------------------------------------------------------------------===//

static LogicalResult verifyUse(NormalizeOp op) {
  ScoresType scores = op.getScores().getType();
  return verifyNormalizerUse(op, op.getNormalizer(), op.getCaptures().getTypes(), scores.getShape()[1],
                             scores.getElementType(), static_cast<bool>(op.getLse()), op.getLseBase(),
                             op.getSinkIncluded()); // normalize_c2 .. normalize_c7
}

LogicalResult NormalizeOp::verify() {
  if (failed(verifyLseBase(*this)))
    return failure(); // normalize_c9
  ScoresType scores = getScores().getType();
  WeightsType expected = WeightsType::get(scores.getShape(), scores.getElementType());
  if (getWeights().getType() != expected)
    return emitOpError() << "expects weights to be " << expected << ", but got " << getWeights().getType(); // c1
  if (Value lse = getLse())
    if (failed(verifyResultTypes(lse.getType(), rowType(scores.getShape(), scores.getElementType()), [&] {
          return emitOpError() << "lse: ";
        }))) // normalize_c8
      return failure();
  return isa<SymbolRefAttr>(getNormalizer()) ? success() : verifyUse(*this);
}

LogicalResult NormalizeOp::verifySymbolUses(SymbolTableCollection &) {
  return isa<SymbolRefAttr>(getNormalizer()) ? verifyUse(*this) : success();
}

void NormalizeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(+[](NormalizeOp op, PatternRewriter &rewriter) -> LogicalResult {
    if (!op.getLse() || !op.getLse().use_empty())
      return rewriter.notifyMatchFailure(op, "the lse is used or absent");
    auto plain = NormalizeOp::create(rewriter, op.getLoc(), op.getWeights().getType(), Type(), op.getScores(),
                                     op.getCaptures(), op.getNormalizer(), LseBase::E, BoolAttr());
    rewriter.replaceOp(op, {plain.getWeights(), Value()});
    return success();
  });
}

//===-- merge ---------------------------------------------------------------------------------------------------===//

bool MergeOp::hasPairs() {
  std::optional<Normalizer> normalizer = Normalizer::get(*this);
  return normalizer && getArity() == 2 && normalizer->stateSize() != 1;
}

/// That every part has the accumulator's and rows' types: those of the first part, which must fit the output.
static LogicalResult verifyParts(MergeOp op) {
  auto output = op.getOutput().getType();
  Type compute = getComputeType(output.getElementType());
  auto rows = RankedTensorType::get(output.getShape().take_front(3), compute);
  for (auto [number, part] : llvm::enumerate(op.getParts())) {
    auto got = cast<RankedTensorType>(part.getType());
    bool isAccumulator = number % op.getArity() == 0;
    // An (O, LSE) pair's O may be in its storage type already.
    bool elementFits = got.getElementType() == compute ||
                       (isAccumulator && op.hasPairs() && got.getElementType() == output.getElementType());
    RankedTensorType expected = isAccumulator ? output.clone(compute) : rows;
    if (!elementFits || !shapesMatch(got.getShape(), expected.getShape()))
      return op.emitOpError() << "expects tensor #" << number % op.getArity() << " of part #"
                              << number / op.getArity() << " to be " << expected << ", but got " << got; // merge_c5
  }
  if (op.getLse())
    return verifyResultTypes(op.getLse().getType(), rows, [&] { return op.emitOpError() << "lse: "; }); // merge_c6
  return success();
}

static LogicalResult verifyMerge(MergeOp op) {
  auto output = op.getOutput().getType();
  if (failed(verifyNormalizerUse(op, op.getNormalizer(), op.getCaptures().getTypes(), output.getDimSize(1),
                                 getComputeType(output.getElementType()), static_cast<bool>(op.getLse()),
                                 op.getLseBase(), op.getSinkIncluded()))) // merge_c2
    return failure();
  Normalizer normalizer = *Normalizer::get(op);
  int64_t arity = static_cast<int64_t>(op.getArity()), state = 1 + normalizer.stateSize();
  if (op.hasPairs() && !normalizer.acceptsLsePairs())
    return op.emitOpError() << "expects parts of " << state
                            << " tensors, because the normalizer cannot continue from (O, LSE) pairs"; // merge_c4
  if (!op.hasPairs() && arity != state)
    return op.emitOpError() << "expects parts of " << state << " tensors (accumulator, reference, sums), but got "
                            << arity; // merge_c3
  return verifyParts(op);
}

LogicalResult MergeOp::verify() {
  if (failed(verifyLseBase(*this)))
    return failure(); // merge_c2
  if (static_cast<int64_t>(getArity()) < 1 || getParts().empty() || getParts().size() % getArity() != 0)
    return emitOpError() << "expects one part or more of one size, but got " << getParts().size()
                         << " tensors in parts of " << static_cast<int64_t>(getArity()); // merge_c1
  return isa<SymbolRefAttr>(getNormalizer()) ? success() : verifyMerge(*this);
}

LogicalResult MergeOp::verifySymbolUses(SymbolTableCollection &) {
  return isa<SymbolRefAttr>(getNormalizer()) ? verifyMerge(*this) : success();
}
