// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-advance-loads: what products alone read from memory is loaded as early as it can be, so that copies which run by
// themselves land beside the arithmetic before the product.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Passes.h"
#include "lib/Transforms/Tile/ProductLoads.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// Whether a load stays behind the op: what may write memory, what loads for an earlier product, and loops, whose memory on
/// the chip would then not be the load's again.
bool holdsBack(Operation *op) {
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects = getEffectsRecursively(op);
  if (!effects || llvm::any_of(*effects, [](auto &effect) { return !isa<MemoryEffects::Read>(effect.getEffect()); }))
    return true;
  return op->walk([](Operation *inner) {
             auto load = dyn_cast<LoadOp>(inner);
             return (load && feedsProductsAlone(load)) || isa<LoopLikeOpInterface>(inner) ? WalkResult::interrupt()
                                                                                  : WalkResult::advance();
           }).wasInterrupted();
}

/// The op behind which the load may stand; null: it may stand first in its block.
Operation *earliestPlace(LoadOp load) {
  for (Operation *before = load->getPrevNode(); before; before = before->getPrevNode())
    if (holdsBack(before) || llvm::any_of(load->getOperands(), [&](Value v) { return v.getDefiningOp() == before; }))
      return before;
  return nullptr;
}

struct AdvanceLoads : PassWrapper<AdvanceLoads, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AdvanceLoads)

  StringRef getArgument() const override { return "tile-advance-loads"; }
  StringRef getDescription() const override { return "Load early what products alone read"; }

  void runOnOperation() override {
    SmallVector<LoadOp> loads;
    getOperation()->walk([&](LoadOp load) {
      if (feedsProductsAlone(load))
        loads.push_back(load);
    });
    for (LoadOp load : loads) {
      Operation *place = earliestPlace(load);
      if (place)
        load->moveAfter(place);
      else
        load->moveBefore(load->getBlock(), load->getBlock()->begin());
    }
  }
};

} // namespace

std::unique_ptr<Pass> createAdvanceLoadsPass() { return std::make_unique<AdvanceLoads>(); }

} // namespace attn::tile
