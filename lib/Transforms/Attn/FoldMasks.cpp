// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-fold-masks: combines the masks of a plane into one, as small as it gets.
#include "lib/Transforms/Attn/Passes.h"
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace attn;

namespace {

//===-- masks that hold everything or nothing -------------------------------------------------------------------===//

/// Whether a mask is known to hold every pair (true) or none (false).
std::optional<bool> constantOf(Value mask) {
  auto region = mask.getDefiningOp<MaskRegionOp>();
  if (!region)
    return std::nullopt;
  APInt truth;
  if (!matchPattern(region.getBody().front().getTerminator()->getOperand(0), m_ConstantInt(&truth)))
    return std::nullopt;
  return !truth.isZero();
}

Value createConstant(OpBuilder &builder, Location loc, bool holds) {
  auto region = MaskRegionOp::create(builder, loc, MaskType::get(builder.getContext()), ValueRange());
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types(4, builder.getIndexType());
  builder.createBlock(&region.getBody(), {}, types, SmallVector<Location>(4, loc));
  Value truth = arith::ConstantIntOp::create(builder, loc, holds, 1);
  YieldOp::create(builder, loc, truth);
  return region.getResult();
}

//===-- bands: i - left <= j <= i + right -----------------------------------------------------------------------===//

/// An absent side is unbounded. Every band holds j = i, so that the union of two is their hull.
struct Band {
  std::optional<int64_t> left;
  std::optional<int64_t> right;
};

std::optional<Band> bandOf(Value mask) {
  if (mask.getDefiningOp<CausalOp>())
    return Band{std::nullopt, 0};
  auto window = mask.getDefiningOp<WindowOp>();
  if (!window)
    return std::nullopt;
  auto side = [](std::optional<uint64_t> distance) {
    return distance ? std::optional<int64_t>(static_cast<int64_t>(*distance)) : std::nullopt;
  };
  return Band{side(window.getLeft()), side(window.getRight())};
}

/// The nearer of two bounds, or the farther.
std::optional<int64_t> joinSide(std::optional<int64_t> a, std::optional<int64_t> b, bool isUnion) {
  if (!a || !b)
    return isUnion ? std::nullopt : (a ? a : b);
  return isUnion ? std::max(*a, *b) : std::min(*a, *b);
}

Value createBand(OpBuilder &builder, Location loc, const Band &band) {
  Type type = MaskType::get(builder.getContext());
  if (!band.left && !band.right)
    return createConstant(builder, loc, true);
  if (!band.left && band.right == 0)
    return CausalOp::create(builder, loc, type);
  auto side = [&](std::optional<int64_t> distance) {
    return distance ? builder.getI64IntegerAttr(*distance) : IntegerAttr();
  };
  return WindowOp::create(builder, loc, type, side(band.left), side(band.right));
}

//===-- and, or, not --------------------------------------------------------------------------------------------===//

/// Replaces all operands of a kind, where there are several, by what they mean together.
bool joinBands(OpBuilder &builder, Location loc, llvm::SetVector<Value> &masks, bool isUnion) {
  SmallVector<Value> bands = llvm::to_vector(llvm::make_filter_range(masks, [](Value mask) { return bandOf(mask); }));
  if (bands.size() < 2)
    return false;
  Band joined = *bandOf(bands.front());
  for (Value mask : ArrayRef(bands).drop_front()) {
    Band band = *bandOf(mask);
    joined = {joinSide(joined.left, band.left, isUnion), joinSide(joined.right, band.right, isUnion)};
  }
  masks.remove_if([](Value mask) { return bandOf(mask).has_value(); });
  masks.insert(createBand(builder, loc, joined));
  return true;
}

bool joinSinks(OpBuilder &builder, Location loc, llvm::SetVector<Value> &masks, bool isUnion) {
  SmallVector<int64_t> tokens;
  for (Value mask : masks)
    if (auto sink = mask.getDefiningOp<SinkOp>())
      tokens.push_back(static_cast<int64_t>(sink.getTokens()));
  if (tokens.size() < 2)
    return false;
  masks.remove_if([](Value mask) { return mask.getDefiningOp<SinkOp>() != nullptr; });
  int64_t joined = isUnion ? *llvm::max_element(tokens) : *llvm::min_element(tokens);
  masks.insert(SinkOp::create(builder, loc, MaskType::get(builder.getContext()), builder.getI64IntegerAttr(joined)));
  return true;
}

bool hasComplement(const llvm::SetVector<Value> &masks) {
  return llvm::any_of(masks, [&](Value mask) {
    auto inverse = mask.getDefiningOp<NotOp>();
    return inverse && masks.contains(inverse.getMask());
  });
}

/// Operands that hold everything (in a union: nothing) fall away; the others decide, as do a mask and its complement.
template <typename Op>
struct SimplifyCombination : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  static constexpr bool isUnion = std::is_same_v<Op, OrOp>;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    llvm::SetVector<Value> masks(op.getMasks().begin(), op.getMasks().end());
    bool decides = llvm::any_of(masks, [](Value mask) { return constantOf(mask) == isUnion; });
    if (decides || hasComplement(masks)) {
      rewriter.replaceOp(op, createConstant(rewriter, op.getLoc(), isUnion));
      return success();
    }
    bool changed = masks.remove_if([](Value mask) { return constantOf(mask) == !isUnion; });
    changed |= joinBands(rewriter, op.getLoc(), masks, isUnion);
    changed |= joinSinks(rewriter, op.getLoc(), masks, isUnion);
    if (!changed)
      return rewriter.notifyMatchFailure(op, "no two operands join");
    if (masks.empty())
      rewriter.replaceOp(op, createConstant(rewriter, op.getLoc(), !isUnion));
    else
      rewriter.modifyOpInPlace(op, [&] { op.getMasksMutable().assign(masks.takeVector()); });
    return success();
  }
};

LogicalResult simplifyNot(NotOp op, PatternRewriter &rewriter) {
  std::optional<bool> constant = constantOf(op.getMask());
  if (!constant)
    return rewriter.notifyMatchFailure(op, "the operand is not constant");
  rewriter.replaceOp(op, createConstant(rewriter, op.getLoc(), !*constant));
  return success();
}

//===-- uses of masks -------------------------------------------------------------------------------------------===//

LogicalResult joinConsecutive(MaskOp op, PatternRewriter &rewriter) {
  if (constantOf(op.getMask()) == true) {
    rewriter.replaceOp(op, op.getScores());
    return success();
  }
  auto earlier = op.getScores().getDefiningOp<MaskOp>();
  if (!earlier)
    return rewriter.notifyMatchFailure(op, "no mask stands directly before it");
  Value masks[] = {earlier.getMask(), op.getMask()};
  Value both = AndOp::create(rewriter, op.getLoc(), op.getMask().getType(), masks);
  rewriter.modifyOpInPlace(op, [&] {
    op.getScoresMutable().assign(earlier.getScores());
    op.getMaskMutable().assign(both);
  });
  return success();
}

LogicalResult dropFull(AttendOp op, PatternRewriter &rewriter) {
  if (!op.getMask() || constantOf(op.getMask()) != true)
    return rewriter.notifyMatchFailure(op, "the mask may lack a pair");
  rewriter.modifyOpInPlace(op, [&] { op.getMaskMutable().clear(); });
  return success();
}

/// Mask ops of a block that say the same become one.
void mergeEqual(Block &block) {
  llvm::DenseMap<unsigned, SmallVector<Operation *>> seen;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (!isa<MaskOpInterface>(op))
      continue;
    unsigned hash = static_cast<unsigned>(OperationEquivalence::computeHash(
        &op, OperationEquivalence::directHashValue, OperationEquivalence::ignoreHashValue,
        OperationEquivalence::IgnoreLocations));
    auto &group = seen[hash];
    auto *equal = llvm::find_if(group, [&](Operation *earlier) {
      return OperationEquivalence::isEquivalentTo(earlier, &op, OperationEquivalence::IgnoreLocations);
    });
    if (equal == group.end()) {
      group.push_back(&op);
      continue;
    }
    op.replaceAllUsesWith(*equal);
    op.erase();
  }
}

/// How many mask ops say what `mask` holds.
size_t countMasks(ValueRange roots) {
  llvm::SetVector<Operation *> ops;
  for (Value root : roots)
    if (Operation *op = root.getDefiningOp())
      ops.insert(op);
  for (size_t n = 0; n < ops.size(); ++n)
    for (Value operand : ops[n]->getOperands())
      if (isa<MaskType>(operand.getType()) && operand.getDefiningOp())
        ops.insert(operand.getDefiningOp());
  return ops.size();
}

//===-- the pass ------------------------------------------------------------------------------------------------===//

struct FoldMasksPass : PassWrapper<FoldMasksPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FoldMasksPass)
  StringRef getArgument() const override { return "attn-fold-masks"; }
  StringRef getDescription() const override { return "Combine the masks of each plane into one small mask"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect>(); }
  void runOnOperation() override;
};

/// The masks that each attend, or the last of consecutive mask ops, applies.
llvm::MapVector<Operation *, size_t> countByUse(Operation *root) {
  llvm::MapVector<Operation *, size_t> counts;
  root->walk([&](Operation *op) {
    if (auto attend = dyn_cast<AttendOp>(op))
      counts[op] = attend.getMask() ? countMasks(attend.getMask()) : 0;
    auto mask = dyn_cast<MaskOp>(op);
    bool isLast = mask && llvm::none_of(mask->getUsers(), [](Operation *user) { return isa<MaskOp>(user); });
    if (!isLast)
      return;
    SmallVector<Value> masks;
    for (; mask; mask = mask.getScores().getDefiningOp<MaskOp>())
      masks.push_back(mask.getMask());
    counts[op] = countMasks(masks);
  });
  return counts;
}

void FoldMasksPass::runOnOperation() {
  Operation *root = getOperation();
  llvm::MapVector<Operation *, size_t> before = countByUse(root);
  root->walk([](Block *block) { mergeEqual(*block); });
  RewritePatternSet patterns(&getContext());
  AndOp::getCanonicalizationPatterns(patterns, &getContext());
  OrOp::getCanonicalizationPatterns(patterns, &getContext());
  patterns.add<SimplifyCombination<AndOp>, SimplifyCombination<OrOp>>(&getContext());
  patterns.add(simplifyNot);
  patterns.add(joinConsecutive);
  patterns.add(dropFull);
  if (failed(applyPatternsGreedily(root, std::move(patterns)))) {
    root->emitError() << "attn-fold-masks does not come to an end";
    return signalPassFailure();
  }
  for (auto [op, after] : countByUse(root)) {
    size_t count = before.lookup(op);
    if (after < count)
      emitRemark(op->getLoc()) << "[attn-fold-masks] masks = " << after << ": folded from " << count;
  }
}

} // namespace

std::unique_ptr<Pass> attn::createFoldMasksPass() { return std::make_unique<FoldMasksPass>(); }
