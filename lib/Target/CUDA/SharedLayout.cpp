// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tiles lie in shared memory.
#include "lib/Target/CUDA/SharedLayout.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

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
  return panels.getPanels() * tile.getDimSize(0) * panels.getSwizzle();
}

LogicalResult verifyFilled(Operation *op, Value slot) {
  if (isa_and_nonnull<AcquireOp, SlotOp>(getRootOfSlot(slot).getDefiningOp()))
    return success();
  return op->emitError("expects a slot to be filled where it was acquired, but it was handed on");
}

Operation *memoryOf(Value slot) {
  Operation *root = getRootOfSlot(slot).getDefiningOp();
  if (auto acquire = dyn_cast<AcquireOp>(root))
    return acquire.getRing().getDefiningOp();
  return cast<SlotOp>(root).getSlots().getDefiningOp();
}

bool endsWithTensor(CopyOp op, int64_t dim) {
  Value bound = dim >= 0 ? op.getBoundOf(dim) : Value();
  auto size = bound ? bound.getDefiningOp<memref::DimOp>() : nullptr;
  int64_t known = dim >= 0 ? cast<MemRefType>(op.getSource().getType()).getDimSize(dim) : 0;
  bool isOwn = size && size.getSource() == op.getSource() && size.getConstantIndex() == dim;
  return !bound || isOwn || getConstantIntValue(bound) == known;
}

bool mayEndEarly(CopyOp op) { return !endsWithTensor(op, op.getDims()[0]); }

} // namespace attn::cuda
