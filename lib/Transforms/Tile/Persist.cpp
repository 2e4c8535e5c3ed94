// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-persist: a kernel whose programs differ in length is marked for a device to run them in turn, as many at once as
// fit: who fills the rings is then ahead of a program's end, and no block waits for a place.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// Whether an op beside the roles can be done again for every program, in each role.
bool mayRepeat(Operation *op) {
  return isa<RingOp>(op) || (op->getNumRegions() == 0 && !hasEffect<MemoryEffects::Write>(op));
}

/// Whether a number is made of the program's point.
bool dependsOnPoint(KernelOp kernel, Value number) {
  SmallVector<Value> pending = {number};
  llvm::DenseSet<Operation *> seen;
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    if (llvm::is_contained(kernel.getPoint(), value))
      return true;
    Operation *owner = value.getDefiningOp() ? value.getDefiningOp() : value.getParentBlock()->getParentOp();
    if (!isa<KernelOp>(owner) && seen.insert(owner).second && !isa<RolesOp>(owner))
      owner->walk([&](Operation *op) { llvm::append_range(pending, op->getOperands()); });
  }
  return false;
}

/// Whether a loop with products in flight has as many turns as the program's point says.
bool differsInLength(KernelOp kernel) {
  return kernel
      .walk([&](scf::ForOp loop) {
        bool counts = !loop.getBody()->getOps<IssueOp>().empty() && (dependsOnPoint(kernel, loop.getUpperBound()) ||
                                                                     dependsOnPoint(kernel, loop.getLowerBound()));
        return counts ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Why a kernel's programs should not run in turn; empty: they should.
StringRef whyNot(KernelOp kernel) {
  Block &body = kernel.getBody().front();
  auto roles = llvm::to_vector(body.getOps<RolesOp>());
  if (roles.size() != 1 || roles.front().getBodies().size() < 2)
    return "there are no roles of which one could be ahead";
  for (Operation &op : body.without_terminator())
    if (!isa<RolesOp>(op) && !mayRepeat(&op))
      return "something beside the roles cannot be done again";
  return differsInLength(kernel) ? "" : "no loop of products in flight has its length from the program's point";
}

struct Persist : PassWrapper<Persist, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Persist)

  StringRef getArgument() const override { return "tile-persist"; }
  StringRef getDescription() const override { return "Let a device run programs of different lengths in turn"; }

  void runOnOperation() override {
    getOperation()->walk([&](KernelOp kernel) {
      if (kernel->hasAttr(kPersistent))
        return;
      StringRef reason = whyNot(kernel);
      kernel->setAttr(kPersistent, BoolAttr::get(&getContext(), reason.empty()));
      emitRemark(kernel.getLoc()) << "[tile-persist] persistent = "
                                  << (reason.empty() ? "true: programs differ in length" : "false: ") << reason;
    });
  }
};

} // namespace

std::unique_ptr<Pass> createPersistPass() { return std::make_unique<Persist>(); }

} // namespace attn::tile
