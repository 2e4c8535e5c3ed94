// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tiles and barriers lie in shared memory, and what the copy engine makes of them.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/Instructions.h"

namespace attn::cuda {

/// Where slots begin: where the pattern of any panel begins.
constexpr int64_t slotAlignment = 1024;

/// What the rows of panels are permuted by.
constexpr int64_t chunkBytes = 16;

constexpr int64_t barrierBytes = 8;

/// Shared memory of a block, on chips with a copy engine.
constexpr int64_t largestShared = 227 * 1024;

/// On a kernel: the tensor maps that its copies read by, as the launch knows them.
inline constexpr llvm::StringLiteral kDescriptors = "descriptors";

/// Reports a ring or slots of tiles without a layout. What follows asks those that have one.
mlir::LogicalResult verifyLayout(mlir::Operation *ringOrSlots);
mlir::LogicalResult verifyLayouts(tile::KernelOp kernel);
/// How the first tile of a ring or of slots lies.
PanelsAttr panelsOf(mlir::Operation *ringOrSlots);
/// The bytes of one slot's tiles.
int64_t slotBytes(tile::SlotsOp slots);
/// The bytes of slots or of barriers.
int64_t sharedBytes(mlir::Operation *op);
/// The bytes that land when a tile has been copied: whole rows of every panel that it has columns in.
int64_t copyBytes(PanelsAttr panels, mlir::RankedTensorType tile);

/// Reports an op that uses a slot other than where it was acquired, or waited for.
mlir::LogicalResult verifyHeld(mlir::Operation *op, mlir::Value slot);
/// The ring or the slots that a slot is of; null: it was handed on.
mlir::Operation *memoryOf(mlir::Value slot);

/// Whether the rows of a copy may end before its tensor does.
bool mayEndEarly(tile::CopyOp op);

} // namespace attn::cuda
