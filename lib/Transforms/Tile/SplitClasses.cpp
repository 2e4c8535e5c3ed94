// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-split-classes: a loop over a block list becomes one over its partial entries and one over its full entries, so
// that what depends on the class of a block is decided before the loop. Partial entries come first in every list.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// The one lookup of a list's entry at the loop's counter whose class somebody asks for; null if there is none.
EntryOp findClass(scf::ForOp loop) {
  auto length = loop.getUpperBound().getDefiningOp<LengthOp>();
  if (!length || loop.getUpperBound() != length.getEntries() || !matchPattern(loop.getStep(), m_One()))
    return {};
  for (EntryOp entry : loop.getBody()->getOps<EntryOp>())
    if (entry.getList() == length.getList() && entry.getPosition() == loop.getInductionVar() &&
        !entry.getPartial().use_empty())
      return entry;
  return {};
}

/// Fixes the class of a loop's blocks.
void fixClass(EntryOp entry, bool partial) {
  OpBuilder b(entry);
  Value known = arith::ConstantOp::create(b, entry.getLoc(), b.getBoolAttr(partial));
  entry.getPartial().replaceAllUsesWith(known);
}

/// Branches on a constant are replaced by what they choose.
void foldBranches(scf::ForOp loop) {
  SmallVector<scf::IfOp> branches;
  loop.getBody()->walk([&](scf::IfOp op) { branches.push_back(op); });
  for (scf::IfOp op : branches) {
    APInt condition;
    if (!matchPattern(op.getCondition(), m_ConstantInt(&condition)))
      continue;
    Block *chosen = condition.isOne() ? op.thenBlock() : op.elseBlock();
    if (chosen) {
      Operation *yield = chosen->getTerminator();
      op.replaceAllUsesWith(yield->getOperands());
      yield->erase();
      op->getBlock()->getOperations().splice(op->getIterator(), chosen->getOperations());
    }
    op.erase();
  }
}

void split(scf::ForOp loop, EntryOp entry) {
  auto length = loop.getUpperBound().getDefiningOp<LengthOp>();
  OpBuilder b(loop);
  IRMapping copies;
  auto partials = cast<scf::ForOp>(b.clone(*loop, copies));
  fixClass(copies.lookup(entry.getPartial()).getDefiningOp<EntryOp>(), true);
  fixClass(entry, false);
  partials.setUpperBound(length.getPartials());
  Value first = length.getPartials();
  if (!matchPattern(loop.getLowerBound(), m_Zero()))
    first = arith::MaxSIOp::create(b, loop.getLoc(), loop.getLowerBound(), first);
  loop.setLowerBound(first);
  for (auto [init, result] : llvm::zip(loop.getInitsMutable(), partials.getResults()))
    init.set(result);
  foldBranches(partials);
  foldBranches(loop);
}

struct SplitClasses : PassWrapper<SplitClasses, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitClasses)

  StringRef getArgument() const override { return "tile-split-classes"; }
  StringRef getDescription() const override { return "Split loops over lists into partial and full blocks"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    SmallVector<std::pair<scf::ForOp, EntryOp>> loops;
    getOperation()->walk([&](scf::ForOp loop) {
      if (EntryOp entry = findClass(loop))
        loops.push_back({loop, entry});
    });
    for (auto [loop, entry] : loops)
      split(loop, entry);
  }
};

} // namespace

std::unique_ptr<Pass> createSplitClassesPass() { return std::make_unique<SplitClasses>(); }

} // namespace attn::tile
