// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The combinations of tile.reduce and tile.scan on the values that a target works with.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::target {

/// Two scalars or two vectors, combined; `max` and `min` of floats keep NaN.
mlir::Value emitCombine(mlir::OpBuilder &builder, mlir::Location loc, tile::CombineKind kind, mlir::Value left,
                        mlir::Value right);

/// What changes nothing when combined, of an integer or float type.
mlir::TypedAttr combineIdentity(tile::CombineKind kind, mlir::Type element);

} // namespace attn::target
