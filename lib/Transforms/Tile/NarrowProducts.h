// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where results are rounded to 16 bits anyway.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::tile {

/// Whether the kernel multiplies tiles, all of them of 16-bit elements. Passes that change rounding ask this first.
bool hasNarrowProducts(KernelOp kernel);

} // namespace attn::tile
