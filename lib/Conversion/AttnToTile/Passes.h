// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pass from the attn dialect to tile programs.
#pragma once

#include "mlir/Pass/Pass.h"

namespace attn {

/// What --attn-to-tile is told.
struct AttnToTileOptions {
  /// Tile sizes along queries, keys and columns of the values; 0: the cost model's.
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t valueCols = 0;
  /// Whose cost model: "cpu", "cuda", "cuda.overlapped", or a step of theirs to smaller tiles.
  std::string target = "cpu";
};

/// --attn-to-tile: each func.func of tensors becomes a launch.entry and its tile.kernels.
/// Refuses, with location and reason, what it cannot lower.
std::unique_ptr<mlir::Pass> createAttnToTilePass(const AttnToTileOptions &options = {});

/// Registers the pass above as a flag. Idempotent.
void registerAttnConversionPasses();

} // namespace attn
