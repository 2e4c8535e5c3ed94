// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A block of a plane: products of queries and keys, the score region, the mask, the weight region.
#pragma once

#include "lib/Conversion/AttnToTile/Lists.h"
#include "lib/Conversion/AttnToTile/Rows.h"

namespace attn::totile {

/// Emits blocks of one attend's plane in one kernel. Rows, columns and the segment are set by the caller.
class PlaneEmitter {
public:
  PlaneEmitter(KernelBuilder &kernel, TileEmitter &emitter, AttendOp attend, const Segment &segment);

  /// The query tiles of every term, from the row `first` of the segment.
  llvm::SmallVector<mlir::Value> loadQueries(mlir::Value first, bool inLoop);
  /// The key tiles of every term, from the column `first`; with `gather` it may be negative.
  llvm::SmallVector<mlir::Value> loadKeys(mlir::Value first, bool inLoop, bool gather = false);
  /// The value tile from the column `column` on, zero beyond the segment's last key.
  mlir::Value loadValues(mlir::Value first, mlir::Value column);

  /// The scores of a block, before the mask.
  llvm::FailureOr<mlir::Value> scores(mlir::ValueRange queries, mlir::ValueRange keys);
  /// Where `partial` holds, gives pairs outside mask and keys a neutral value.
  RemovePairs remover(mlir::Value partial);
  /// The weights after the weight region, 0 for removed pairs.
  llvm::FailureOr<mlir::Value> gated(mlir::Value weight, const RemovePairs &remove);
  mlir::Value lowest(mlir::OpBuilder &at, bool cols = true);

  mlir::Type compute() { return attend.planeType().getElementType(); }

  KernelBuilder &kernel;
  TileEmitter &emitter;
  AttendOp attend;
  const Segment &segment;
  PlaneMask mask;
  /// Whether only blocks that the mask's table lists are visited, so that their pairs need no test.
  bool isListed = false;
  /// Whether blocks may reach beyond the last query, or before the first key.
  bool boundRows = false;
  bool boundFirstColumn = false;

private:
  llvm::FailureOr<mlir::Value> keep();
};

} // namespace attn::totile
