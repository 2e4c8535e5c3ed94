// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads that products alone read, from where a copy can bring them.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::tile {

/// Whether a copy that pads with zeros can bring what is loaded to where products alone read it: as second operand, or as a
/// transposed first one.
bool feedsProductsAlone(LoadOp load);

} // namespace attn::tile
