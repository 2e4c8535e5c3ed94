// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-hoist-scales: a positive constant factor leaves a maximum, since rounding is monotonic: max(x c) = c max(x) to
// the bit. Scores then reach the exponential unscaled, where their factor joins another one.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// x of x · c, where c is positive, finite and the same everywhere.
struct Scaled {
  Value x;
  APFloat factor = APFloat(0.0);
  explicit operator bool() const { return static_cast<bool>(x); }

  static Scaled of(Value value) {
    auto product = value.getDefiningOp<arith::MulFOp>();
    DenseElementsAttr splat;
    if (!product || !isTile(product.getType()) || !matchPattern(product.getRhs(), m_Constant(&splat)) ||
        !splat.isSplat())
      return {};
    APFloat factor = splat.getSplatValue<APFloat>();
    if (factor.isNegative() || !factor.isFiniteNonZero())
      return {};
    return {product.getLhs(), factor};
  }

  bool hasFactorOf(const Scaled &other) const { return other.x && other.factor.bitwiseIsEqual(factor); }

  /// value · c.
  Value times(OpBuilder &b, Location loc, Value value) const {
    auto type = cast<RankedTensorType>(value.getType());
    Value splat = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, factor));
    return arith::MulFOp::create(b, loc, value, splat);
  }
};

/// A constant that a positive factor leaves as it is.
bool isFixed(Value value) {
  DenseElementsAttr splat;
  return matchPattern(value, m_Constant(&splat)) && splat.isSplat() && isa<FloatType>(splat.getElementType()) &&
         (splat.getSplatValue<APFloat>().isPosZero() || splat.getSplatValue<APFloat>().isInfinity());
}

struct OutOfReduction : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    Scaled scaled = Scaled::of(op.getSource());
    if (op.getKind() != CombineKind::max || !scaled)
      return rewriter.notifyMatchFailure(op, "not a maximum of scaled elements");
    Value most = ReduceOp::create(rewriter, op.getLoc(), CombineKind::max, scaled.x, op.getDim());
    rewriter.replaceOp(op, scaled.times(rewriter, op.getLoc(), most));
    return success();
  }
};

struct OutOfSelect : OpRewritePattern<arith::SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::SelectOp op, PatternRewriter &rewriter) const override {
    Scaled left = Scaled::of(op.getTrueValue()), right = Scaled::of(op.getFalseValue());
    bool both = left && right && left.hasFactorOf(right);
    bool leftOnly = left && isFixed(op.getFalseValue()), rightOnly = right && isFixed(op.getTrueValue());
    if (!both && !leftOnly && !rightOnly)
      return rewriter.notifyMatchFailure(op, "not one factor");
    Value chosen = arith::SelectOp::create(rewriter, op.getLoc(), op.getCondition(),
                                           both || leftOnly ? left.x : op.getTrueValue(),
                                           both || rightOnly ? right.x : op.getFalseValue());
    rewriter.replaceOp(op, (left && (both || leftOnly) ? left : right).times(rewriter, op.getLoc(), chosen));
    return success();
  }
};

struct OutOfBranch : OpRewritePattern<scf::IfOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::IfOp op, PatternRewriter &rewriter) const override {
    if (op.getNumResults() == 0)
      return rewriter.notifyMatchFailure(op, "no results");
    for (OpResult result : op.getResults()) {
      OpOperand &then = op.thenYield()->getOpOperand(result.getResultNumber());
      OpOperand &otherwise = op.elseYield()->getOpOperand(result.getResultNumber());
      Scaled left = Scaled::of(then.get()), right = Scaled::of(otherwise.get());
      if (!left || !left.hasFactorOf(right))
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        then.set(left.x);
        otherwise.set(right.x);
      });
      rewriter.setInsertionPointAfter(op);
      Value scaled = left.times(rewriter, op.getLoc(), result);
      rewriter.replaceAllUsesExcept(result, scaled, scaled.getDefiningOp());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "not one factor");
  }
};

/// A running maximum is carried unscaled: max(m, x c) = c max(m / c, x), where m starts at a constant without a scale.
struct OutOfLoop : OpRewritePattern<scf::ForOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::ForOp loop, PatternRewriter &rewriter) const override {
    for (unsigned number = 0; number < loop.getNumRegionIterArgs(); ++number) {
      Value yielded = loop.getYieldedValues()[number];
      BlockArgument carried = loop.getRegionIterArg(number);
      auto most = yielded.getDefiningOp<arith::MaximumFOp>();
      if (!most || most->getBlock() != loop.getBody() || !isFixed(loop.getInits()[number]))
        continue;
      bool first = most.getLhs() == carried;
      if (!first && most.getRhs() != carried)
        continue;
      Scaled scaled = Scaled::of(first ? most.getRhs() : most.getLhs());
      if (!scaled)
        continue;
      rewriter.setInsertionPoint(most);
      Value next = arith::MaximumFOp::create(rewriter, most.getLoc(), carried, scaled.x);
      Value times = scaled.times(rewriter, most.getLoc(), next);
      rewriter.replaceAllUsesWith(most, times);
      rewriter.eraseOp(most);
      rewriter.modifyOpInPlace(loop, [&] { loop.getBody()->getTerminator()->setOperand(number, next); });
      rewriter.setInsertionPointToStart(loop.getBody());
      Value before = scaled.times(rewriter, loop.getLoc(), carried);
      rewriter.replaceUsesWithIf(carried, before, [&](OpOperand &use) {
        return use.getOwner() != before.getDefiningOp() && use.getOwner() != next.getDefiningOp();
      });
      rewriter.setInsertionPointAfter(loop);
      Value after = scaled.times(rewriter, loop.getLoc(), loop.getResult(number));
      rewriter.replaceAllUsesExcept(loop.getResult(number), after, after.getDefiningOp());
      return success();
    }
    return rewriter.notifyMatchFailure(loop, "no running maximum of scaled elements");
  }
};

struct HoistScales : PassWrapper<HoistScales, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistScales)

  StringRef getArgument() const override { return "tile-hoist-scales"; }
  StringRef getDescription() const override { return "Take positive factors out of maxima"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect>(); }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<OutOfReduction, OutOfSelect, OutOfBranch, OutOfLoop>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError() << getArgument() << " does not come to an end";
      signalPassFailure();
    }
  }
};

} // namespace

std::unique_ptr<Pass> createHoistScalesPass() { return std::make_unique<HoistScales>(); }

} // namespace attn::tile
