// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-fold-exp2: exponentials become exponentials of base 2 that a device may approximate, and the shift by a row's
// maximum joins the scale in one multiply-add. CHANGES ROUNDING: only in kernels all of whose products are of 16-bit
// operands.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/NarrowProducts.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace attn::tile {
namespace {

constexpr double kLog2E = 1.4426950408889634;

Value splat(OpBuilder &b, Location loc, Value like, double value) {
  auto type = cast<RankedTensorType>(like.getType());
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(type, b.getFloatAttr(type.getElementType(), value).getValue()));
}

/// A tile of f32 that an exponential is taken of.
bool isWideExponential(math::ExpOp op) {
  return isTile(op.getType()) && cast<ShapedType>(op.getType()).getElementType().isF32();
}

/// e^x = 2^(x log2 e).
struct ExponentialToBase2 : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::ExpOp op, PatternRewriter &rewriter) const override {
    if (!isWideExponential(op))
      return rewriter.notifyMatchFailure(op, "not a tile of f32");
    Value x = op.getOperand();
    Value bits = arith::MulFOp::create(rewriter, op.getLoc(), x, splat(rewriter, op.getLoc(), x, kLog2E));
    rewriter.replaceOpWithNewOp<math::Exp2Op>(op, bits, arith::FastMathFlags::afn);
    return success();
  }
};

/// e^(x - m) = 2^(x c - s) with c = log2 e and s = fl(m c), a row's shift; of scaled x = y a and m = n a likewise, with
/// c = a log2 e. The largest x of a row leaves a residue of half the last bit of s, which cancels as long as everything of
/// the row is taken relative to the same s; it must only stay a small number. Where |s| reaches 2^27, c is the next power
/// of two, so that s is exact: there, different x c differ by 8 or more. Shifts of a maximum that only grows grow too, from
/// one factor to the other as well, so a loop that carries such a maximum carries its shift.
class Shifts {
public:
  explicit Shifts(KernelOp kernel) : kernel(kernel) {}

  void fold() {
    if (storesStatistics())
      return; // another kernel would take what is stored relative to m
    SmallVector<math::ExpOp> ofElements, ofRows;
    kernel.getBody().walk([&](math::ExpOp op) {
      if (isWideExponential(op) && op.getOperand().getDefiningOp<arith::SubFOp>())
        (rowOf(op) ? ofElements : ofRows).push_back(op);
    });
    for (math::ExpOp op : ofElements)
      foldElements(op, rowOf(op));
    for (math::ExpOp op : ofRows)
      foldRows(op);
  }

private:
  /// Of rows n · a.
  struct Shift {
    Value row;
    double scale = 1;
    Value huge, factor, shift;
  };

  /// The factor of a product with a positive constant, and what it multiplies; 1 and the value itself of others.
  static std::pair<Value, double> unscale(Value value) {
    auto product = value.getDefiningOp<arith::MulFOp>();
    DenseElementsAttr splat;
    if (product && matchPattern(product.getRhs(), m_Constant(&splat)) && splat.isSplat())
      if (double scale = splat.getSplatValue<APFloat>().convertToDouble(); scale > 0 && std::isfinite(scale))
        return {product.getLhs(), scale};
    return {value, 1.0};
  }

  /// What a row is shifted by, repeated along it; null where the exponential's operand is something else.
  static Value rowOf(math::ExpOp op) {
    auto spread = op.getOperand().getDefiningOp<arith::SubFOp>().getRhs().getDefiningOp<BroadcastOp>();
    return spread ? spread.getSource() : Value();
  }

  bool storesStatistics() {
    bool found = false;
    kernel.getBody().walk([&](StoreOp store) {
      auto shape = cast<ShapedType>(store.getValue().getType()).getShape();
      found |= (shape[0] == 1 || shape[1] == 1) && isa_and_present<scf::ForOp, scf::IfOp>(store.getValue().getDefiningOp());
    });
    return found;
  }

  /// `isLargest`: no element is larger than the row, so that any finite shift serves an infinite one.
  Shift make(OpBuilder &b, Location loc, Value row, double scale, bool isLargest = false) {
    double base = scale * kLog2E;
    Value factor = splat(b, loc, row, base), exact = splat(b, loc, row, std::exp2(std::ceil(std::log2(base))));
    // An infinite row that became 0 counts as large too, so that the common case need not wait for the choice; nor does
    // the choice wait for the product.
    Value unguarded = beforeGuard(row);
    Value scaled = arith::MulFOp::create(b, loc, unguarded, factor);
    Value size = math::AbsFOp::create(b, loc, unguarded);
    Value limit = splat(b, loc, row, kLimit / base);
    Value huge = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, size, limit);
    Value exactly = arith::MulFOp::create(b, loc, isLargest ? unguarded : row, exact);
    if (isLargest)
      exactly = arith::MaximumFOp::create(b, loc, exactly, splat(b, loc, row, std::numeric_limits<float>::lowest()));
    return {row, scale, huge, arith::SelectOp::create(b, loc, huge, exact, factor),
            arith::SelectOp::create(b, loc, huge, exactly, scaled)};
  }

  /// The loop's value of the turn before, of which and of the elements a row is the maximum; null where it is not.
  static BlockArgument earlierOf(Value row, Value elements) {
    auto largest = row.getDefiningOp<arith::MaximumFOp>();
    if (!largest)
      return {};
    for (unsigned i : {0u, 1u}) {
      auto earlier = dyn_cast<BlockArgument>(largest->getOperand(i));
      auto latest = largest->getOperand(1 - i).getDefiningOp<ReduceOp>();
      auto loop = earlier ? dyn_cast<scf::ForOp>(earlier.getOwner()->getParentOp()) : scf::ForOp();
      if (loop && latest && row.getParentBlock() == loop.getBody() && latest.getKind() == CombineKind::max && latest.getSource() == elements &&
          earlier != loop.getInductionVar() && loop.getTiedLoopYieldedValue(earlier)->get() == row)
        return earlier;
    }
    return {};
  }

  bool knowsArguments() const {
    return llvm::any_of(shifts, [](auto &known) { return isa<BlockArgument>(known.first); });
  }

  /// Has the loop carry the shift of a row that it carries.
  void carry(const Shift &shift, BlockArgument earlier) {
    auto loop = cast<scf::ForOp>(earlier.getOwner()->getParentOp());
    IRRewriter b(kernel.getContext());
    b.setInsertionPoint(loop);
    Value first = make(b, loop.getLoc(), loop.getTiedLoopInit(earlier)->get(), shift.scale).shift;
    auto yields = [&](OpBuilder &, Location, ArrayRef<BlockArgument>) { return SmallVector<Value>{shift.shift}; };
    (void)loop.replaceWithAdditionalYields(b, first, /*replaceInitOperandUsesInLoop=*/false, yields);
  }

  /// The shift that the loop carries of the row of the turn before; null where it does not.
  static Value carriedOf(const Shift &shift, Value row) {
    auto earlier = dyn_cast<BlockArgument>(row);
    auto loop = earlier ? dyn_cast<scf::ForOp>(earlier.getOwner()->getParentOp()) : scf::ForOp();
    if (!loop || earlier == loop.getInductionVar() ||
        loop.getTiedLoopYieldedValue(earlier)->get() != beforeGuard(shift.row))
      return {};
    for (BlockArgument carried : loop.getRegionIterArgs())
      if (loop.getTiedLoopYieldedValue(carried)->get() == shift.shift)
        return carried;
    return {};
  }

  /// x of `x is infinite ? 0 : x`; other values as they are.
  static Value beforeGuard(Value row) {
    auto guard = row.getDefiningOp<arith::SelectOp>();
    auto is = guard ? guard.getCondition().getDefiningOp<arith::CmpFOp>() : arith::CmpFOp();
    bool infinite = is && is.getPredicate() == arith::CmpFPredicate::OEQ && isInfinite(is.getRhs());
    return infinite && unscale(is.getLhs()).first == unscale(guard.getFalseValue()).first ? guard.getFalseValue() : row;
  }

  /// The shift of a row, unscaled where the elements that it is taken from have the same scale.
  const Shift &shiftOf(Value row, Value elements, double scaleOfElements) {
    auto [known, isNew] = shifts.try_emplace(row);
    if (isNew) {
      OpBuilder b(kernel.getContext());
      b.setInsertionPointAfterValue(row);
      auto [unscaled, scale] = unscale(row);
      bool isScaled = scale == scaleOfElements;
      // The loop is made anew, so that nothing known may be an argument of it.
      bool keepsLoop = row.getParentBlock() != beforeGuard(unscaled).getParentBlock() || knowsArguments();
      BlockArgument earlier = isScaled && !keepsLoop ? earlierOf(beforeGuard(unscaled), elements) : BlockArgument();
      known->second = make(b, row.getLoc(), isScaled ? unscaled : row, isScaled ? scale : 1, bool(earlier));
      if (earlier)
        carry(known->second, earlier);
    }
    return known->second;
  }

  static void replace(OpBuilder &b, math::ExpOp op, Value bits) {
    Value result = math::Exp2Op::create(b, op.getLoc(), bits, arith::FastMathFlags::afn);
    op.getResult().replaceAllUsesWith(result);
    op.erase();
  }

  void foldElements(math::ExpOp op, Value row) {
    Value x = op.getOperand().getDefiningOp<arith::SubFOp>().getLhs();
    auto [unscaled, scale] = unscale(x);
    const Shift &shift = shiftOf(row, unscaled, scale);
    if (shift.scale == scale)
      x = unscaled;
    else if (shift.scale != 1)
      return; // another exponential of elements of another scale
    OpBuilder b(op);
    Location loc = op.getLoc();
    Value factor = BroadcastOp::create(b, loc, x.getType(), shift.factor);
    Value less = arith::NegFOp::create(b, loc, shift.shift);
    Value spread = BroadcastOp::create(b, loc, x.getType(), less);
    replace(b, op, math::FmaOp::create(b, loc, x, factor, spread));
  }

  /// What relates a row's earlier shift to its present one: the difference of both.
  void foldRows(math::ExpOp op) {
    auto difference = op.getOperand().getDefiningOp<arith::SubFOp>();
    auto present = shifts.find(difference.getRhs());
    if (present == shifts.end())
      return;
    const Shift &shift = present->second;
    Value row = difference.getLhs();
    if (auto [unscaled, scale] = unscale(row); scale == shift.scale)
      row = unscaled;
    else if (shift.scale != 1 && !isInfinite(row))
      return;
    OpBuilder b(op);
    Location loc = op.getLoc();
    if (Value carried = carriedOf(shift, row))
      return replace(b, op, arith::SubFOp::create(b, loc, carried, shift.shift));
    Shift earlier = make(b, loc, row, shift.scale);
    Value exact = arith::MulFOp::create(b, loc, difference, splat(b, loc, difference, kLog2E));
    Value huge = arith::OrIOp::create(b, loc, earlier.huge, shift.huge);
    Value bits = arith::SubFOp::create(b, loc, earlier.shift, shift.shift);
    replace(b, op, arith::SelectOp::create(b, loc, huge, exact, bits));
  }

  /// A constant that every scale leaves as it is.
  static bool isInfinite(Value value) {
    DenseElementsAttr splat;
    return matchPattern(value, m_Constant(&splat)) && splat.isSplat() && splat.getSplatValue<APFloat>().isInfinity();
  }

  static constexpr double kLimit = 134217728.0; // 2^27
  KernelOp kernel;
  llvm::DenseMap<Value, Shift> shifts;
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
      if (hasNarrowProducts(kernel))
        narrow.push_back(kernel);
    });
    RewritePatternSet set(&getContext());
    set.add<ExponentialToBase2>(&getContext());
    FrozenRewritePatternSet patterns(std::move(set));
    for (KernelOp kernel : narrow) {
      emitRemark(kernel.getLoc()) << "[tile-fold-exp2] rounding = relaxed: all products are of 16-bit operands";
      Shifts(kernel).fold();
      if (failed(applyPatternsGreedily(kernel, patterns))) {
        getOperation()->emitError() << getArgument() << " does not come to an end";
        return signalPassFailure();
      }
    }
  }
};

} // namespace

std::unique_ptr<Pass> createFoldExp2Pass() { return std::make_unique<FoldExp2>(); }

} // namespace attn::tile
