// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops that address a tile's elements in a memref share.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::tile {

/// The bound of a tiled memref dim: bounds come for the tiled dims, rows first.
template <typename OpT> mlir::Value boundOf(OpT op, int64_t dim) {
  unsigned position = 0;
  for (int64_t tiled : op.getDims()) {
    if (tiled < 0)
      continue;
    if (tiled == dim)
      return position < op.getBounds().size() ? op.getBounds()[position] : mlir::Value();
    ++position;
  }
  return mlir::Value();
}

template <typename OpT> mlir::LogicalResult verifyDims(OpT op, mlir::MemRefType memref, mlir::RankedTensorType tile) {
  llvm::ArrayRef<int64_t> dims = op.getDims();
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
  return mlir::success();
}

template <typename OpT>
mlir::LogicalResult verifyIndices(OpT op, mlir::MemRefType memref, mlir::RankedTensorType tile) {
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
    llvm::ArrayRef<int64_t> shape = mlir::cast<mlir::ShapedType>(index.getType()).getShape();
    for (int d = 0; d < 2; ++d)
      if (shape[d] != 1 && shape[d] != tile.getDimSize(d))
        return op.emitOpError() << "expects dim " << d << " of an index tile to be 1 or the tile's "
                                << tile.getDimSize(d) << ", but got " << shape[d];
  }
  return mlir::success();
}

/// A dim of the tile that neither a memref dim nor an index tile runs along has size 1.
template <typename OpT> mlir::LogicalResult verifyCovered(OpT op, mlir::RankedTensorType tile) {
  for (int d = 0; d < 2; ++d) {
    if (op.getDims()[d] >= 0 || tile.getDimSize(d) == 1)
      continue;
    auto runsAlong = [&](mlir::Value index) {
      return mlir::cast<mlir::ShapedType>(index.getType()).getDimSize(d) != 1;
    };
    if (llvm::none_of(op.getIndices(), runsAlong))
      return op.emitOpError() << "expects the tile's dim " << d
                              << " to have size 1, since no memref dim and no index tile runs along it, but got "
                              << tile.getDimSize(d);
  }
  return mlir::success();
}

template <typename OpT> mlir::LogicalResult verifyAccess(OpT op, mlir::Type memrefType, mlir::Type tileType) {
  auto memref = mlir::cast<mlir::MemRefType>(memrefType);
  auto tile = mlir::cast<mlir::RankedTensorType>(tileType);
  if (static_cast<int64_t>(op.getOffsets().size()) != memref.getRank())
    return op.emitOpError() << "expects one offset for each of the memref's " << memref.getRank()
                            << " dims, but got " << op.getOffsets().size();
  if (memref.getElementType() != tile.getElementType())
    return op.emitOpError() << "expects memref and tile to have one element type, but got "
                            << memref.getElementType() << " and " << tile.getElementType();
  if (mlir::failed(verifyDims(op, memref, tile)) || mlir::failed(verifyIndices(op, memref, tile)))
    return mlir::failure();
  return verifyCovered(op, tile);
}

} // namespace attn::tile
