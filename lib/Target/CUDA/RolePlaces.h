// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which warps of a block run which role.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::cuda {

/// Registers move, and products in flight run, in groups of so many warps; a block has so many named barriers.
constexpr int64_t groupWarps = 4, blockBarriers = 16;

struct RolePlaces {
  /// Of each role: its first warp, and how many its teams take each.
  llvm::SmallVector<int64_t> firstWarps, takenWarps;
  int64_t warps = 0; ///< of the block
  /// Of each role: registers of a thread, at most what the roles before it leave; 0: as they come.
  llvm::SmallVector<int64_t> registers;
  /// Registers of a thread if all had as many; 0 where every thread has as many as it can name, and none need to move.
  int64_t evenRegisters = 0;
};

/// Registers move between groups of four warps, and products run in them: then a role takes whole groups. Where no
/// registers move, roles of fewer warps come last and take no more than they need.
RolePlaces placeRoles(tile::RolesOp op);

/// The warps of a kernel's blocks: those of its roles, or as many as its products have blocks of 16 rows, within what one
/// block of threads runs well with.
int64_t warpsOf(tile::KernelOp kernel);

} // namespace attn::cuda
