// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers, effects and rewrites of load and store.
#include "dialects/Tile/TileOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace attn::tile;

//===- what load and store share ------------------------------------------===//

/// The bound of a tiled memref dim: bounds come for the tiled dims, rows first.
template <typename OpT> static Value boundOf(OpT op, int64_t dim) {
  unsigned position = 0;
  for (int64_t tiled : op.getDims()) {
    if (tiled < 0)
      continue;
    if (tiled == dim)
      return position < op.getBounds().size() ? op.getBounds()[position] : Value();
    ++position;
  }
  return Value();
}

Value LoadOp::getBoundOf(int64_t dim) { return boundOf(*this, dim); }
Value StoreOp::getBoundOf(int64_t dim) { return boundOf(*this, dim); }

template <typename OpT> static LogicalResult verifyDims(OpT op, MemRefType memref, RankedTensorType tile) {
  ArrayRef<int64_t> dims = op.getDims();
  if (dims.size() != 2)
    return op.emitOpError() << "expects dims to name 2 memref dims, rows and columns, but got " << dims.size();
  unsigned tiled = 0;
  for (int64_t dim : dims) {
    if (dim < -1 || dim >= memref.getRank())
      return op.emitOpError() << "expects dims to be -1 or below the memref's rank " << memref.getRank()
                              << ", but got " << dim;
    tiled += dim >= 0;
  }
  if (tiled == 2 && dims[0] == dims[1])
    return op.emitOpError() << "expects rows and columns to be different memref dims, but both are " << dims[0];
  if (!op.getBounds().empty() && op.getBounds().size() != tiled)
    return op.emitOpError() << "expects one bound for each of the " << tiled << " tiled dims, but got "
                            << op.getBounds().size();
  return success();
}

template <typename OpT> static LogicalResult verifyIndices(OpT op, MemRefType memref, RankedTensorType tile) {
  if (op.getIndexedDims().size() != op.getIndices().size())
    return op.emitOpError() << "expects one index tile for each indexed dim, but got " << op.getIndices().size()
                            << " tiles and " << op.getIndexedDims().size() << " dims";
  llvm::SmallDenseSet<int64_t> seen;
  for (auto [dim, index] : llvm::zip(op.getIndexedDims(), op.getIndices())) {
    if (dim < 0 || dim >= memref.getRank())
      return op.emitOpError() << "expects indexed dims below the memref's rank " << memref.getRank() << ", but got "
                              << dim;
    if (llvm::is_contained(op.getDims(), dim))
      return op.emitOpError() << "expects dim " << dim << " to be tiled or indexed, but it is both";
    if (!seen.insert(dim).second)
      return op.emitOpError() << "expects dim " << dim << " to be indexed once";
    ArrayRef<int64_t> shape = cast<ShapedType>(index.getType()).getShape();
    for (int d = 0; d < 2; ++d)
      if (shape[d] != 1 && shape[d] != tile.getDimSize(d))
        return op.emitOpError() << "expects dim " << d << " of an index tile to be 1 or the tile's "
                                << tile.getDimSize(d) << ", but got " << shape[d];
  }
  return success();
}

/// A dim of the tile that neither a memref dim nor an index tile runs along has size 1.
template <typename OpT> static LogicalResult verifyCovered(OpT op, RankedTensorType tile) {
  for (int d = 0; d < 2; ++d) {
    if (op.getDims()[d] >= 0 || tile.getDimSize(d) == 1)
      continue;
    auto runsAlong = [&](Value index) { return cast<ShapedType>(index.getType()).getDimSize(d) != 1; };
    if (llvm::none_of(op.getIndices(), runsAlong))
      return op.emitOpError() << "expects the tile's dim " << d
                              << " to have size 1, since no memref dim and no index tile runs along it, but got "
                              << tile.getDimSize(d);
  }
  return success();
}

template <typename OpT> static LogicalResult verifyAccess(OpT op, Type memrefType, Type tileType) {
  auto memref = cast<MemRefType>(memrefType);
  auto tile = cast<RankedTensorType>(tileType);
  if (static_cast<int64_t>(op.getOffsets().size()) != memref.getRank())
    return op.emitOpError() << "expects one offset for each of the memref's " << memref.getRank()
                            << " dims, but got " << op.getOffsets().size();
  if (memref.getElementType() != tile.getElementType())
    return op.emitOpError() << "expects memref and tile to have one element type, but got "
                            << memref.getElementType() << " and " << tile.getElementType();
  if (failed(verifyDims(op, memref, tile)) || failed(verifyIndices(op, memref, tile)))
    return failure();
  return verifyCovered(op, tile);
}

//===- load ---------------------------------------------------------------===//

void LoadOp::build(OpBuilder &builder, OperationState &state, Type result, Value source, ValueRange offsets,
                   ArrayRef<int64_t> dims, ValueRange bounds) {
  build(builder, state, result, source, offsets, bounds, /*indices=*/ValueRange(),
        builder.getDenseI64ArrayAttr(dims), /*indexDims=*/nullptr, /*pad=*/nullptr);
}

LogicalResult LoadOp::verify() {
  if (failed(verifyAccess(*this, getSource().getType(), getType())))
    return failure();
  Type element = cast<ShapedType>(getType()).getElementType();
  if (getPad() && getPad()->getType() != element)
    return emitOpError() << "expects pad of type " << element << ", but got " << getPad()->getType();
  return success();
}

TypedAttr LoadOp::getPadValue() {
  return getPad() ? *getPad() : Builder(getContext()).getZeroAttr(cast<ShapedType>(getType()).getElementType());
}

void LoadOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getSourceMutable());
}

//===- store --------------------------------------------------------------===//

void StoreOp::build(OpBuilder &builder, OperationState &state, Value value, Value dest, ValueRange offsets,
                    ArrayRef<int64_t> dims, ValueRange bounds) {
  build(builder, state, value, dest, offsets, bounds, /*indices=*/ValueRange(), /*mask=*/Value(),
        builder.getDenseI64ArrayAttr(dims), /*indexDims=*/nullptr);
}

LogicalResult StoreOp::verify() {
  if (failed(verifyAccess(*this, getDest().getType(), getValue().getType())))
    return failure();
  if (!getMask())
    return success();
  auto mask = cast<ShapedType>(getMask().getType());
  auto tile = cast<ShapedType>(getValue().getType());
  if (mask.getShape() != tile.getShape())
    return emitOpError() << "expects a mask of the tile's shape, but got " << mask << " for " << tile;
  return success();
}

void StoreOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  effects.emplace_back(MemoryEffects::Write::get(), &getDestMutable());
}

LogicalResult StoreOp::canonicalize(StoreOp op, PatternRewriter &rewriter) {
  DenseElementsAttr mask;
  if (!op.getMask() || !matchPattern(op.getMask(), m_Constant(&mask)) || !mask.isSplat())
    return rewriter.notifyMatchFailure(op, "no mask of one value");
  if (!mask.getSplatValue<bool>()) {
    rewriter.eraseOp(op);
    return success();
  }
  rewriter.modifyOpInPlace(op, [&] { op.getMaskMutable().clear(); });
  return success();
}
