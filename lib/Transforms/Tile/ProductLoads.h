// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads that products alone read, from where a copy can bring them.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::tile {

/// Whether a product that is waited for reads what is used from a slot: its second operand, a transposed first one, and one
/// that its instruction reads there.
bool isReadFromSlot(mlir::OpOperand &use);

/// Whether a copy that pads with zeros can bring what is loaded to where products alone read it, in a slot.
bool feedsProductsAlone(LoadOp load);

} // namespace attn::tile
