// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tiles and barriers lie in shared memory, and what the copy engine makes of them.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::cuda {

/// Bytes of a row of a panel.
constexpr int64_t panelRowBytes = 128;

/// Where the pattern of a panel begins again: eight rows of it.
constexpr int64_t panelAlignment = 1024;

constexpr int64_t barrierBytes = 8;

/// Shared memory of a block, on chips with a copy engine.
constexpr int64_t largestShared = 227 * 1024;

/// On a kernel: the tensor maps that its copies read by, as the launch knows them.
inline constexpr llvm::StringLiteral kDescriptors = "descriptors";

/// Rows of a tile's panels: rounded up to whole blocks of matrix loads.
int64_t panelRows(mlir::RankedTensorType tile);
/// Panels side by side that a tile takes.
int64_t panelsOf(mlir::RankedTensorType tile);
/// The bytes of one slot's tiles, each in panels of 128 bytes a row.
int64_t slotBytes(llvm::ArrayRef<mlir::Type> tiles);
/// The bytes of slots or of barriers.
int64_t sharedBytes(mlir::Operation *op);
/// The bytes that land when a tile has been copied: whole rows of every panel.
int64_t copyBytes(mlir::RankedTensorType tile);

/// Whether a copy ends along a dim where its tensor does.
bool endsWithTensor(tile::CopyOp op, int64_t dim);
/// Whether the rows of a copy may end before its tensor does.
bool mayEndEarly(tile::CopyOp op);

} // namespace attn::cuda
