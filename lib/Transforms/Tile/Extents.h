// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How large tiles are, and where what is moved between them and memory ends.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::tile {

/// Bytes of a tile's elements, without gaps.
int64_t bytesOf(mlir::RankedTensorType tile);

/// Whether an access of a memref's dim ends where the memref does: it has no bound of its own, or the memref's size.
/// Also of dim -1, along which there is one element.
bool endsWithMemref(mlir::Value memref, mlir::Value bound, int64_t dim);

} // namespace attn::tile
