// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes of tiles and ends of accesses, as far as types and bounds say.
#include "lib/Transforms/Tile/Extents.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace attn::tile {

int64_t bytesOf(RankedTensorType tile) {
  return tile.getNumElements() * llvm::divideCeil(tile.getElementTypeBitWidth(), 8);
}

bool endsWithMemref(Value memref, Value bound, int64_t dim) {
  if (dim < 0 || !bound)
    return true;
  auto size = bound.getDefiningOp<memref::DimOp>();
  bool isOwn = size && size.getSource() == memref && size.getConstantIndex() == dim;
  return isOwn || getConstantIntValue(bound) == cast<MemRefType>(memref.getType()).getDimSize(dim);
}

} // namespace attn::tile
