// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile dialect, its types and attributes.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"

#include "dialects/Tile/TileDialect.h.inc"
#include "dialects/Tile/TileEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Tile/TileAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/Tile/TileTypes.h.inc"

namespace attn::tile {

/// What no program needs more of: slots or barriers under one name, warps or teams of a role, and rows or columns that
/// a schedule pins.
inline constexpr int64_t mostSlots = 1024, mostWarps = 1024, mostPinned = 4096;

/// Whether the type is a slot held so.
inline bool isSlot(mlir::Type type, Access access) {
  auto slot = llvm::dyn_cast<SlotType>(type);
  return slot && slot.getAccess() == access;
}

/// What an acquire or a wait gets of a ring.
inline mlir::Type slotOf(mlir::Type ring, Access access) {
  return SlotType::get(ring.getContext(), access, llvm::cast<RingType>(ring).getTiles());
}

} // namespace attn::tile
