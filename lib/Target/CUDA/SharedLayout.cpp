// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tiles lie in shared memory.
#include "lib/Target/CUDA/SharedLayout.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

constexpr int64_t matrixRows = 16;

static int64_t panelCols(RankedTensorType tile) { return panelRowBytes / llvm::divideCeil(tile.getElementTypeBitWidth(), 8); }

int64_t panelRows(RankedTensorType tile) { return llvm::alignTo(tile.getDimSize(0), matrixRows); }

int64_t panelsOf(RankedTensorType tile) { return llvm::divideCeil(tile.getDimSize(1), panelCols(tile)); }

int64_t slotBytes(ArrayRef<Type> tiles) {
  int64_t bytes = 0;
  for (Type type : tiles) {
    auto tile = cast<RankedTensorType>(type);
    bytes += panelsOf(tile) * panelRows(tile) * panelRowBytes;
  }
  return llvm::alignTo(bytes, panelAlignment);
}

int64_t sharedBytes(Operation *op) {
  if (auto slots = dyn_cast<SlotsOp>(op))
    return slotBytes(slots.getSlots().getType().getTiles()) * slots.getSlots().getType().getDepth();
  return cast<BarriersOp>(op).getBarriers().getType().getDepth() * barrierBytes;
}

int64_t copyBytes(RankedTensorType tile) { return panelsOf(tile) * tile.getDimSize(0) * panelRowBytes; }

bool endsWithTensor(CopyOp op, int64_t dim) {
  Value bound = dim >= 0 ? op.getBoundOf(dim) : Value();
  auto size = bound ? bound.getDefiningOp<memref::DimOp>() : nullptr;
  int64_t known = dim >= 0 ? cast<MemRefType>(op.getSource().getType()).getDimSize(dim) : 0;
  bool isOwn = size && size.getSource() == op.getSource() && size.getConstantIndex() == dim;
  return !bound || isOwn || getConstantIntValue(bound) == known;
}

bool mayEndEarly(CopyOp op) { return !endsWithTensor(op, op.getDims()[0]); }

} // namespace attn::cuda
