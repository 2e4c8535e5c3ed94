// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-float-positions: a difference of positions of rows and columns becomes a difference of floats, so that rows and
// columns are converted and not every element: exact up to 2^24. CHANGES ROUNDING: only in kernels all of whose products
// are of 16-bit operands.
#include "lib/Transforms/Tile/NarrowProducts.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// Float(a ± b) = float(a) ± float(b), where a and b repeat a row or a column.
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

struct FloatPositions : PassWrapper<FloatPositions, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FloatPositions)

  StringRef getArgument() const override { return "tile-float-positions"; }
  StringRef getDescription() const override { return "Take differences of positions in floats (CHANGES ROUNDING)"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect>(); }

  void runOnOperation() override {
    RewritePatternSet set(&getContext());
    set.add<ConvertBeforeSpreading>(&getContext());
    FrozenRewritePatternSet patterns(std::move(set));
    SmallVector<KernelOp> kernels;
    getOperation()->walk([&](KernelOp kernel) {
      if (hasNarrowProducts(kernel))
        kernels.push_back(kernel);
    });
    for (KernelOp kernel : kernels)
      if (failed(applyPatternsGreedily(kernel, patterns)))
        return signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createFloatPositionsPass() { return std::make_unique<FloatPositions>(); }

} // namespace attn::tile
