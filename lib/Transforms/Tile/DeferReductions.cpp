// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-defer-reductions: a running sum over rows' elements, l ← l a + Σ x, is carried as `width` sums a row that are
// added up once after the loop, so that no iteration waits for lanes to exchange theirs. CHANGES ROUNDING.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// l of a loop: next = l · decay + Σ terms, where decay may be absent.
struct RunningSum {
  unsigned number = 0;
  Value decay;
  ReduceOp sum;

  static std::optional<RunningSum> find(scf::ForOp loop, unsigned number, int64_t width) {
    BlockArgument carried = loop.getRegionIterArg(number);
    auto next = loop.getYieldedValues()[number].getDefiningOp<arith::AddFOp>();
    if (!isTile(carried.getType()) || !carried.hasOneUse() || !next || !next->hasOneUse() ||
        !matchPattern(loop.getInits()[number], m_PosZeroFloat()))
      return std::nullopt;
    RunningSum found;
    found.number = number;
    for (auto [kept, added] : {std::pair(next.getLhs(), next.getRhs()), std::pair(next.getRhs(), next.getLhs())}) {
      found.sum = added.getDefiningOp<ReduceOp>();
      if (!found.sum || found.sum.getKind() != CombineKind::add || found.sum.getDim() != 1 ||
          found.sum->getBlock() != loop.getBody() || !found.sum->hasOneUse())
        continue;
      if (cast<ShapedType>(found.sum.getSource().getType()).getDimSize(1) % width != 0)
        continue;
      if (kept == carried)
        return found;
      auto product = kept.getDefiningOp<arith::MulFOp>();
      if (product && product->hasOneUse() && (product.getLhs() == carried || product.getRhs() == carried)) {
        found.decay = product.getLhs() == carried ? product.getRhs() : product.getLhs();
        return found;
      }
    }
    return std::nullopt;
  }
};

/// Σ over blocks of `width` columns.
Value addBlocks(OpBuilder &b, Location loc, Value source, int64_t width) {
  auto type = cast<RankedTensorType>(source.getType());
  auto part = RankedTensorType::get({type.getDimSize(0), width}, type.getElementType());
  SmallVector<Value> parts;
  for (int64_t col = 0; col < type.getDimSize(1); col += width)
    parts.push_back(tensor::ExtractSliceOp::create(
        b, loc, part, source, ArrayRef<OpFoldResult>{b.getIndexAttr(0), b.getIndexAttr(col)},
        ArrayRef<OpFoldResult>{b.getIndexAttr(type.getDimSize(0)), b.getIndexAttr(width)},
        ArrayRef<OpFoldResult>{b.getIndexAttr(1), b.getIndexAttr(1)}));
  Value sum = parts.front();
  for (Value next : llvm::drop_begin(parts))
    sum = arith::AddFOp::create(b, loc, sum, next);
  return sum;
}

void defer(scf::ForOp loop, RunningSum found, int64_t width) {
  BlockArgument carried = loop.getRegionIterArg(found.number);
  auto narrow = cast<RankedTensorType>(carried.getType());
  auto wide = RankedTensorType::get({narrow.getDimSize(0), width}, narrow.getElementType());
  Location loc = found.sum.getLoc();
  OpBuilder b(loop);
  Value zero = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(wide, b.getFloatAttr(wide.getElementType(), 0.0).getValue()));
  loop.getInitsMutable()[found.number].set(zero);
  carried.setType(wide);
  Operation *yield = loop.getBody()->getTerminator();
  b.setInsertionPoint(yield);
  Value kept = carried;
  if (found.decay)
    kept = arith::MulFOp::create(b, loc, kept, BroadcastOp::create(b, loc, wide, found.decay));
  Value parts = addBlocks(b, loc, found.sum.getSource(), width);
  Value next = arith::AddFOp::create(b, loc, kept, parts);
  Operation *old = yield->getOperand(found.number).getDefiningOp();
  yield->setOperand(found.number, next);
  SmallVector<Operation *> dead = {old};
  while (!dead.empty()) {
    Operation *op = dead.pop_back_val();
    SmallVector<Value> operands(op->getOperands());
    op->erase();
    for (Value operand : operands)
      if (Operation *def = operand.getDefiningOp(); def && def->use_empty() && def->getBlock() == loop.getBody() &&
                                                    isMemoryEffectFree(def) && !llvm::is_contained(dead, def))
        dead.push_back(def);
  }
  Value result = loop.getResult(found.number);
  result.setType(wide);
  b.setInsertionPointAfter(loop);
  auto whole = ReduceOp::create(b, loc, CombineKind::add, result, 1);
  result.replaceAllUsesExcept(whole.getResult(), whole);
}

struct DeferReductions : PassWrapper<DeferReductions, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DeferReductions)
  DeferReductions() = default;
  explicit DeferReductions(int64_t width) { this->width = width; }
  DeferReductions(const DeferReductions &other) : PassWrapper(other) { width = other.width; }

  StringRef getArgument() const override { return "tile-defer-reductions"; }
  StringRef getDescription() const override { return "Add up running sums of rows after the loop (CHANGES ROUNDING)"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "width", this->width)))
      return signalPassFailure();
    int64_t width = this->width;
    getOperation()->walk([&](scf::ForOp loop) {
      for (unsigned number = 0; number < loop.getNumRegionIterArgs(); ++number)
        if (std::optional<RunningSum> found = RunningSum::find(loop, number, width)) {
          emitRemark(loop.getLoc()) << "[tile-defer-reductions] width = " << width << ": a sum of rows is carried in parts";
          defer(loop, *found, width);
        }
    });
  }

  Option<int64_t> width{*this, "width", llvm::cl::desc("sums a row that a loop carries"), llvm::cl::init(8)};
};

} // namespace

std::unique_ptr<Pass> createDeferReductionsPass(int64_t width) { return std::make_unique<DeferReductions>(width); }

void registerDeferReductionsPass() { PassRegistration<DeferReductions>(); }

} // namespace attn::tile
