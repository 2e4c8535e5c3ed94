// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn.attend as kernels of an entry.
#pragma once

#include "lib/Conversion/AttnToTile/Scores.h"

namespace attn::totile {

/// Adds what an attend expects of its caller to the contract.
void emitAttendContract(EntryBuilder &entry, AttendOp attend);

/// Adds that a dim of a captured tensor holds every value that the coordinate takes.
void emitIndexedContract(EntryBuilder &entry, AttendOp attend, mlir::Value tensor, unsigned dim,
                         Coordinate coordinate);

/// Every table that the mask, if any, or a mask it combines is made of.
void collectTables(mlir::Value mask, llvm::SmallVectorImpl<BlockTable> &tables);

/// Tile sizes of an attend for a target, and why; honours a pinned #tile.schedule and block tables.
struct ChosenSizes {
  TileSizes sizes;
  bool sharesRows = false; ///< heads that read the same keys share rows where they may
  int64_t mergedParts = 0; ///< parts of a row that a program merges at once; 0: one, of as many rows as made them
  int64_t mergedCols = 0;  ///< columns of the values that such a program merges; 0: all that a part has
  std::string reason;
};
/// None where the target has no cost model.
std::optional<ChosenSizes> chooseTileSizes(AttendOp attend, TileSizes requested, llvm::StringRef target);
/// The targets whose cost model is another one's with smaller tiles: "'a', 'b' or 'c'".
std::string smallerTargets();

/// Adds the kernels of an attend and their launches. Reports what cannot be lowered.
llvm::LogicalResult lowerAttend(EntryBuilder &entry, AttendOp attend, const ChosenSizes &chosen);

/// Buffers [B, H, M] that statistics of the weights read: each row's final reference and output scale. Null where the
/// normalizer has none, or nobody asks.
struct RowStatistics {
  mlir::Value reference, scale;
};

/// How the loop over keys is cut: in one kernel, or into parts of `split` keys and their merge. Parts are buffers
/// [B, H, splits, M, ...] of what the loop carries, in order.
struct KeySplit {
  int64_t split = 0;
  mlir::Value splits;
  llvm::SmallVector<mlir::Value> parts;
};
enum class RowsStage { whole, part, merge };

/// What a kernel over blocks of rows is told.
struct RowsPlan {
  TileSizes sizes;
  bool sharesRows;     ///< parts are of groups of heads
  int64_t mergedParts; ///< of one row at once; 0: one of each of many rows
  KeySplit split;
  ListBuffers lists;
  RowStatistics statistics;
};

/// The kernel over blocks of rows: outputs, log-sum-exps, row maxima, partial states, what statistics need.
llvm::LogicalResult emitRowsKernel(EntryBuilder &entry, AttendOp attend, RowsStage stage, const RowsPlan &plan);
/// Whether the loop over keys carries a product with the values, a running maximum.
bool wantsProduct(AttendOp attend);
bool wants(AttendOp attend, AttendResult result);
/// How many columns the values have; 0: nothing is multiplied with them.
int64_t widthOfValues(AttendOp attend);

/// The kernels that sum the final weights along columns or diagonals into `result`.
llvm::LogicalResult emitColumnSums(EntryBuilder &entry, AttendOp attend, TileSizes sizes,
                                   const RowStatistics &statistics, mlir::Value result);
llvm::LogicalResult emitDiagonalSums(EntryBuilder &entry, AttendOp attend, TileSizes sizes,
                                     const RowStatistics &statistics, mlir::Value result);

} // namespace attn::totile
