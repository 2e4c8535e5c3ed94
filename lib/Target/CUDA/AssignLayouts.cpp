// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-assign-layouts: rings and slots say how their tiles lie in shared memory.
#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/Instructions.h"
#include "lib/Target/CUDA/Passes.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {
namespace {

struct AssignLayouts : PassWrapper<AssignLayouts, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AssignLayouts)

  StringRef getArgument() const override { return "cuda-assign-layouts"; }
  StringRef getDescription() const override { return "Say how tiles lie in rings and slots"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<CUDADialect>(); }

  void runOnOperation() override {
    WalkResult walk = getOperation()->walk([&](Operation *op) -> WalkResult {
      LogicalResult result = success();
      if (auto ring = dyn_cast<RingOp>(op))
        result = assign(ring, ring.getRing().getType().getTiles());
      else if (auto slots = dyn_cast<SlotsOp>(op))
        result = assign(slots, slots.getSlots().getType().getTiles());
      return result;
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  template <typename OpT> LogicalResult assign(OpT op, ArrayRef<Type> tiles);
};

/// What is pinned was found to fit where the op was verified.
template <typename OpT> LogicalResult AssignLayouts::assign(OpT op, ArrayRef<Type> tiles) {
  if (op.getLayoutAttr() || tiles.empty())
    return success();
  SmallVector<Attribute> layouts;
  for (Type type : tiles) {
    auto tile = cast<RankedTensorType>(type);
    if (!PanelsAttr::holds(tile.getElementType()))
      return op.emitError("expects slots of integers or floats of whole bytes, but got ") << tile;
    auto panels = PanelsAttr::of(tile);
    layouts.push_back(panels);
    emitRemark(op.getLoc()) << "[cuda-assign-layouts] layout = " << panels << ": " << tile << " in rows of "
                            << panels.getPanelCols(tile.getElementType()) << " columns";
  }
  op.setLayoutAttr(ArrayAttr::get(op.getContext(), layouts));
  return success();
}

} // namespace

std::unique_ptr<Pass> createAssignLayoutsPass() { return std::make_unique<AssignLayouts>(); }

} // namespace attn::cuda
