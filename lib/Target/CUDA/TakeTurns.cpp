// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-take-turns: the groups of four warps of a team begin the products of an iteration one group after the other, so
// that one's arithmetic stands beside another's products. Changes no result.
#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/Turns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

bool takesTurns(Region &region) {
  return region
      .walk([](IssueOp op) {
        bool marked = op->hasAttr(kBeginsTurn) || op->hasAttr(kEndsTurn);
        return marked ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

namespace {

constexpr int64_t groupRows = 64;

/// The products that an iteration begins before it waits for the first of them.
SmallVector<IssueOp> firstProducts(Block &body) {
  SmallVector<IssueOp> products;
  for (Operation &op : body) {
    if (auto product = dyn_cast<IssueOp>(op))
      products.push_back(product);
    if (auto await = dyn_cast<AwaitOp>(op); await && await.getTile())
      break;
  }
  return products;
}

/// Whether one team of a role runs the loop: groups of several teams would not know each other.
bool isOneTeams(scf::ForOp loop) {
  auto roles = loop->getParentOfType<RolesOp>();
  for (Region *region = loop->getParentRegion(); roles && region; region = region->getParentRegion())
    if (region->getParentOp() == roles)
      return roles.getTeams()[region->getRegionNumber()] == 1;
  return false;
}

/// Whether arithmetic on tiles stands between two of the iteration's awaits, with a product in flight beside it.
bool computesBeside(Block &body) {
  bool waited = false, computed = false;
  for (Operation &op : body) {
    if (auto await = dyn_cast<AwaitOp>(op); await && await.getTile()) {
      if (computed)
        return true;
      waited = true;
    } else if (isa<IssueOp>(op)) {
      computed = false;
    } else if (waited && isa<arith::ArithDialect, math::MathDialect>(op.getDialect())) {
      computed |= llvm::any_of(op.getResultTypes(), isTile);
    }
  }
  return false;
}

struct TakeTurns : PassWrapper<TakeTurns, OperationPass<KernelOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TakeTurns)

  StringRef getArgument() const override { return "cuda-take-turns"; }
  StringRef getDescription() const override { return "Let groups of warps begin products in turn"; }

  void runOnOperation() override {
    if (takesTurns(getOperation().getBody()))
      return; // pinned, or done before
    getOperation().getBody().walk([&](scf::ForOp loop) {
      SmallVector<IssueOp> products = firstProducts(*loop.getBody());
      auto rows = [](IssueOp op) {
        return cast<ShapedType>(cast<PendingType>(op.getPending().getType()).getTile()).getDimSize(0);
      };
      if (!isOneTeams(loop) || products.empty() || rows(products.front()) <= groupRows || !computesBeside(*loop.getBody()))
        return;
      products.front()->setAttr(kBeginsTurn, UnitAttr::get(&getContext()));
      products.back()->setAttr(kEndsTurn, UnitAttr::get(&getContext()));
      emitRemark(loop.getLoc()) << "[cuda-take-turns] turns = " << rows(products.front()) / groupRows
                                << ": a group of warps computes while another's products run";
    });
  }
};

} // namespace

std::unique_ptr<Pass> createTakeTurnsPass() { return std::make_unique<TakeTurns>(); }

} // namespace attn::cuda
