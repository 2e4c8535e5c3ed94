// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn.attend as kernels of an entry.
#pragma once

#include "lib/Conversion/AttnToTile/Scores.h"

namespace attn::totile {

/// Adds what an attend expects of its caller to the contract.
void emitAttendContract(EntryBuilder &entry, AttendOp attend);

/// Tile sizes of an attend for the CPU, and why; honours a pinned #tile.schedule and block tables.
struct ChosenSizes {
  TileSizes sizes;
  std::string reason;
};
ChosenSizes chooseTileSizes(AttendOp attend, TileSizes requested);

/// Adds the kernels of an attend and their launches. Reports what cannot be lowered.
llvm::LogicalResult lowerAttend(EntryBuilder &entry, AttendOp attend, TileSizes sizes);

/// The kernel over blocks of rows: outputs, log-sum-exps, row maxima, partial states.
llvm::LogicalResult emitRowsKernel(EntryBuilder &entry, AttendOp attend, TileSizes sizes);

} // namespace attn::totile
