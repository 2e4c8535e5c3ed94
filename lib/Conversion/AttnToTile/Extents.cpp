// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Extents of tensors and scalars of the function, as host arithmetic.
#include "lib/Conversion/AttnToTile/Elements.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

Value totile::hostScalar(EntryBuilder &entry, OpBuilder &at, Value scalar) {
  if (auto argument = dyn_cast<BlockArgument>(scalar)) {
    bool inContract = at.getInsertionBlock()->getParent() == &entry.entry.getContract();
    Region &region = inContract ? entry.entry.getContract() : entry.entry.getBody();
    return region.getArgument(argument.getArgNumber());
  }
  Operation *op = scalar.getDefiningOp();
  if (auto dim = dyn_cast<tensor::DimOp>(op))
    return dim.getConstantIndex() ? entry.extent(at, dim.getSource(), *dim.getConstantIndex()) : Value();
  IRMapping mapping;
  for (Value operand : op->getOperands())
    mapping.map(operand, hostScalar(entry, at, operand));
  return at.clone(*op, mapping)->getResult(cast<OpResult>(scalar).getResultNumber());
}

static Value hostSize(EntryBuilder &entry, OpBuilder &at, OpFoldResult size) {
  if (auto attr = dyn_cast<Attribute>(size))
    return IndexMath{at, entry.entry.getLoc()}.constant(cast<IntegerAttr>(attr).getInt());
  return hostScalar(entry, at, cast<Value>(size));
}

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
    for (int64_t source : collapse.getReassociationIndices()[dim])
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
