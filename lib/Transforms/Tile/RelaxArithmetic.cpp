// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-relax-arithmetic: fewer and cheaper instructions an element, beside products of 16-bit operands. CHANGES ROUNDING.
#include "lib/Transforms/Tile/NarrowProducts.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// float(a ± b) = float(a) ± float(b), where a and b repeat a row or a column: exact up to 2^24.
struct ConvertBeforeSpreading : OpRewritePattern<arith::SIToFPOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::SIToFPOp op, PatternRewriter &rewriter) const override {
    Operation *difference = op.getIn().getDefiningOp();
    if (!isTile(op.getType()) || !getElementTypeOrSelf(op.getType()).isF32() || !difference ||
        !isa<arith::SubIOp, arith::AddIOp>(difference))
      return rewriter.notifyMatchFailure(op, "not a conversion of a difference of tiles to f32");
    SmallVector<Value> parts;
    for (Value operand : difference->getOperands()) {
      auto spread = operand.getDefiningOp<BroadcastOp>();
      if (!spread)
        return rewriter.notifyMatchFailure(op, "not a difference of a row and a column");
      Value source = spread.getSource();
      auto narrow = cast<RankedTensorType>(source.getType()).clone(rewriter.getF32Type());
      Value converted = arith::SIToFPOp::create(rewriter, op.getLoc(), narrow, source);
      parts.push_back(BroadcastOp::create(rewriter, op.getLoc(), op.getType(), converted));
    }
    if (isa<arith::SubIOp>(difference))
      rewriter.replaceOpWithNewOp<arith::SubFOp>(op, parts[0], parts[1]);
    else
      rewriter.replaceOpWithNewOp<arith::AddFOp>(op, parts[0], parts[1]);
    return success();
  }
};

/// (x a) b = x (a b).
struct JoinFactors : OpRewritePattern<arith::MulFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::MulFOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getLhs().getDefiningOp<arith::MulFOp>();
    DenseElementsAttr first, second;
    if (!isTile(op.getType()) || !inner || !inner->hasOneUse() || !matchPattern(inner.getRhs(), m_Constant(&first)) ||
        !matchPattern(op.getRhs(), m_Constant(&second)) || !first.isSplat() || !second.isSplat())
      return rewriter.notifyMatchFailure(op, "not a product with two constants");
    APFloat both = first.getSplatValue<APFloat>();
    both.multiply(second.getSplatValue<APFloat>(), APFloat::rmNearestTiesToEven);
    if (!both.isNormal())
      return rewriter.notifyMatchFailure(op, "the constants' product is out of range");
    auto type = cast<RankedTensorType>(op.getType());
    Value factor = arith::ConstantOp::create(rewriter, op.getLoc(), DenseElementsAttr::get(type, both));
    rewriter.replaceOpWithNewOp<arith::MulFOp>(op, inner.getLhs(), factor);
    return success();
  }
};

/// Lets a device approximate hyperbolic tangents and fuse products into sums. Differences stay: fused, x c - m would
/// leave a residue where m is the rounded x c.
void relax(KernelOp kernel) {
  auto isWide = [](Operation *op) {
    return isTile(op->getResult(0).getType()) && getElementTypeOrSelf(op->getResult(0).getType()).isF32();
  };
  kernel.getBody().walk([&](Operation *op) {
    if (auto tangent = dyn_cast<math::TanhOp>(op); tangent && isWide(op))
      tangent.setFastmath(arith::FastMathFlags::afn);
    if (auto product = dyn_cast<arith::MulFOp>(op); product && isWide(op))
      product.setFastmath(arith::FastMathFlags::contract);
    if (auto sum = dyn_cast<arith::AddFOp>(op); sum && isWide(op))
      sum.setFastmath(arith::FastMathFlags::contract);
  });
}

struct RelaxArithmetic : PassWrapper<RelaxArithmetic, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RelaxArithmetic)

  StringRef getArgument() const override { return "tile-relax-arithmetic"; }
  StringRef getDescription() const override { return "Make arithmetic of elements cheaper (CHANGES ROUNDING)"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, math::MathDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet set(&getContext());
    set.add<ConvertBeforeSpreading, JoinFactors>(&getContext());
    FrozenRewritePatternSet patterns(std::move(set));
    SmallVector<KernelOp> kernels;
    getOperation()->walk([&](KernelOp kernel) {
      if (hasNarrowProducts(kernel))
        kernels.push_back(kernel);
    });
    for (KernelOp kernel : kernels) {
      emitRemark(kernel.getLoc()) << "[tile-relax-arithmetic] rounding = relaxed: all products are of 16-bit operands";
      if (failed(applyPatternsGreedily(kernel, patterns))) {
        getOperation()->emitError() << getArgument() << " does not come to an end";
        return signalPassFailure();
      }
      relax(kernel);
    }
  }
};

} // namespace

std::unique_ptr<Pass> createRelaxArithmeticPass() { return std::make_unique<RelaxArithmetic>(); }

} // namespace attn::tile
