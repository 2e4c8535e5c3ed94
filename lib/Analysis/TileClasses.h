// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tri-state classification of any mask over a box of pairs, as scalar IR.
#pragma once

#include "dialects/Interfaces/MaskInterface.h"

namespace attn {

/// The pairs of rows [rowLo, rowHi) and columns [colLo, colHi) of one head, all values of type index. Rows and columns
/// are positions, as masks see them. The box is not empty, and each of its rows and columns exists: whoever asks clamps
/// it to the extents first. Storage index = position + offset.
struct MaskBox {
  mlir::Value b;
  mlir::Value h;
  mlir::Value heads;
  mlir::Value rowLo;
  mlir::Value rowHi;
  mlir::Value colLo;
  mlir::Value colHi;
  mlir::Value queryOffset;
  mlir::Value keyOffset;
  mlir::Value queryExtent;
  mlir::Value keyExtent;
  /// One `!attn.captured` value per tensor that MaskOpInterface::collectCaptures lists.
  llvm::SmallVector<mlir::Value> captures;
};

/// What is known of the pairs of a box; both of type i1. A box is empty where `maybe` is false, full where `all` is
/// true, else partial.
struct TileClass {
  /// False only if no pair exists.
  mlir::Value maybe;
  /// True only if every pair exists.
  mlir::Value all;
};

/// Emits the class of a box: arith, attn.lookup and, for lookups along rows or columns and for block tables, scf.for
/// over the box's rows or columns. Derived from MaskOpInterface::emitContains by interval interpretation; sound for
/// every mask, exact where each comparison reads rows and columns once. Emits no lookup outside what the pairs of the
/// box read themselves. `mask` is made by an op that implements MaskOpInterface.
TileClass emitTileClass(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value mask, const MaskBox &box);

} // namespace attn
