// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tiles lie in shared memory.
#include "lib/Target/CUDA/SharedLayout.h"
#include "lib/Transforms/Tile/Extents.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

static ArrayAttr layoutsOf(Operation *op) {
  if (auto ring = dyn_cast<RingOp>(op))
    return ring.getLayoutAttr();
  return cast<SlotsOp>(op).getLayoutAttr();
}

static ArrayRef<Type> tilesOf(Operation *op) {
  if (auto ring = dyn_cast<RingOp>(op))
    return ring.getRing().getType().getTiles();
  return cast<SlotsOp>(op).getSlots().getType().getTiles();
}

LogicalResult verifyLayout(Operation *ringOrSlots) {
  ArrayAttr layouts = layoutsOf(ringOrSlots);
  if (tilesOf(ringOrSlots).empty() || (layouts && llvm::all_of(layouts, llvm::IsaPred<PanelsAttr>)))
    return success();
  return ringOrSlots->emitError("expects a layout of its tiles; run --cuda-assign-layouts before");
}

LogicalResult verifyLayouts(KernelOp kernel) {
  WalkResult walk = kernel.getBody().walk([&](Operation *op) {
    return isa<RingOp, SlotsOp>(op) && failed(verifyLayout(op)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

PanelsAttr panelsOf(Operation *ringOrSlots) { return cast<PanelsAttr>(layoutsOf(ringOrSlots)[0]); }

int64_t slotBytes(SlotsOp slots) {
  int64_t bytes = 0;
  for (auto panels : slots.getLayoutAttr().getAsRange<PanelsAttr>())
    bytes += panels.getBytes();
  return llvm::alignTo(bytes, slotAlignment);
}

int64_t sharedBytes(Operation *op) {
  if (auto slots = dyn_cast<SlotsOp>(op))
    return slotBytes(slots) * slots.getSlots().getType().getDepth();
  return cast<BarriersOp>(op).getBarriers().getType().getDepth() * barrierBytes;
}

int64_t copyBytes(PanelsAttr panels, RankedTensorType tile) {
  int64_t filled = llvm::divideCeil(tile.getDimSize(1), panels.getPanelCols(tile.getElementType()));
  return filled * tile.getDimSize(0) * panels.getSwizzle();
}

LogicalResult verifyHeld(Operation *op, Value slot) {
  if (memoryOf(slot))
    return success();
  return op->emitError("expects a slot to be filled, or copied, where it was acquired, but it was handed on");
}

Operation *memoryOf(Value slot) {
  Operation *root = getRootOfSlot(slot).getDefiningOp();
  bool isHeld = isa_and_nonnull<AcquireOp, WaitOp, SlotOp>(root);
  Operation *memory = isHeld ? root->getOperand(0).getDefiningOp() : nullptr;
  return isa_and_nonnull<RingOp, SlotsOp>(memory) ? memory : nullptr;
}

bool mayEndEarly(CopyOp op) {
  int64_t rowDim = op.getDims()[0];
  return rowDim >= 0 && !endsWithMemref(op.getSource(), op.getBoundOf(rowDim), rowDim);
}

} // namespace attn::cuda
