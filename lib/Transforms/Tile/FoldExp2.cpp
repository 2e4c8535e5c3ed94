// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-fold-exp2: exponentials become exponentials of base 2 that a device may approximate. CHANGES ROUNDING: only in
// kernels all of whose products are of 16-bit operands.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace attn::tile {
namespace {

constexpr double kLog2E = 1.4426950408889634;

Value splat(OpBuilder &b, Location loc, Value like, double value) {
  auto type = cast<RankedTensorType>(like.getType());
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(type, b.getFloatAttr(type.getElementType(), value).getValue()));
}

/// e^x = 2^(x log2 e). The difference x is taken before it is scaled: folding the scale into it leaves a residue of the
/// size of the scores' last bit, which is not small for large scores.
struct ExponentialToBase2 : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::ExpOp op, PatternRewriter &rewriter) const override {
    if (!isTile(op.getType()) || !cast<ShapedType>(op.getType()).getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "not a tile of f32");
    Value x = op.getOperand();
    Value bits = arith::MulFOp::create(rewriter, op.getLoc(), x, splat(rewriter, op.getLoc(), x, kLog2E));
    rewriter.replaceOpWithNewOp<math::Exp2Op>(op, bits, arith::FastMathFlags::afn);
    return success();
  }
};

struct FoldExp2 : PassWrapper<FoldExp2, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FoldExp2)

  StringRef getArgument() const override { return "tile-fold-exp2"; }
  StringRef getDescription() const override { return "Make exponentials approximate ones of base 2 (CHANGES ROUNDING)"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, math::MathDialect>();
  }

  void runOnOperation() override {
    SmallVector<KernelOp> narrow;
    getOperation()->walk([&](KernelOp kernel) {
      bool products = false, wide = false;
      kernel.getBody().walk([&](MmaOp op) {
        products = true;
        wide |= cast<ShapedType>(op.getA().getType()).getElementTypeBitWidth() > 16;
      });
      if (products && !wide)
        narrow.push_back(kernel);
    });
    RewritePatternSet set(&getContext());
    set.add<ExponentialToBase2>(&getContext());
    FrozenRewritePatternSet patterns(std::move(set));
    for (KernelOp kernel : narrow)
      if (failed(applyPatternsGreedily(kernel, patterns)))
        return signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createFoldExp2Pass() { return std::make_unique<FoldExp2>(); }

} // namespace attn::tile
