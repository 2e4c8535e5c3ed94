// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Extents of tensors that tensor ops made, as host arithmetic.
#include "lib/Conversion/AttnToTile/Elements.h"
#include "lib/Conversion/AttnToTile/HostNumbers.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

/// The number of the size that a dim of a sliced tensor keeps.
static unsigned keptDim(const llvm::SmallBitVector &dropped, unsigned dim) {
  unsigned number = 0;
  for (;; ++number)
    if (!dropped.test(number) && dim-- == 0)
      return number;
}

Value totile::tensorExtent(EntryBuilder &entry, OpBuilder &at, Value tensor, unsigned dim) {
  Operation *op = tensor.getDefiningOp();
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return entry.extent(at, cast.getSource(), dim);
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return hostSize(entry, at, empty.getMixedSizes()[dim]);
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return hostScalar(entry, at, splat.getDynamicSizes()[splat.getType().getDynamicDimIndex(dim)]);
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return entry.extent(at, linalgOp.getDpsInits()[cast<OpResult>(tensor).getResultNumber()], dim);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    IndexMath math{at, entry.entry.getLoc()};
    Value size = math.constant(1);
    ReassociationIndices group = collapse.getReassociationIndices()[dim];
    for (int64_t source : group)
      size = math.mul(size, entry.extent(at, collapse.getSrc(), source));
    return size;
  }
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return hostSize(entry, at, expand.getMixedOutputShape()[dim]);
  if (auto extract = dyn_cast<tensor::ExtractSliceOp>(op))
    return hostSize(entry, at, extract.getMixedSizes()[keptDim(extract.getDroppedDims(), dim)]);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return entry.extent(at, insert.getDest(), dim);
  for (Value operand : op->getOperands()) // elementwise, or a gate's source
    if (isa<RankedTensorType>(operand.getType()))
      return entry.extent(at, operand, dim);
  return {};
}
