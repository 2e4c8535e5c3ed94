// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A block of a plane: products of queries and keys, the score region, the mask, the weight region.
#pragma once

#include "lib/Conversion/AttnToTile/Lists.h"
#include "lib/Conversion/AttnToTile/Rows.h"

namespace attn::totile {

/// Emits blocks of one attend's plane in one kernel. Rows, columns and the segment are set by the caller.
class PlaneEmitter {
public:
  PlaneEmitter(KernelBuilder &kernel, TileEmitter &emitter, AttendOp attend, const Segment &segment)
      : kernel(kernel), emitter(emitter), attend(attend), segment(segment), mask(PlaneMask::of(attend)) {}

  /// The query tiles of every term, from the row `first` of the segment.
  llvm::SmallVector<mlir::Value> loadQueries(mlir::Value first, bool inLoop);
  /// The key tiles of every term, from the column `first`, in the loop. Positions below 0 are padded where `gather`.
  llvm::SmallVector<mlir::Value> loadKeys(mlir::Value first, bool gather = false);
  /// The value tile, zero beyond the segment's last key.
  mlir::Value loadValues(mlir::Value first);

  /// The scores of a block, before the mask.
  llvm::FailureOr<mlir::Value> scores(mlir::ValueRange queries, mlir::ValueRange keys);
  /// Where `partial` holds, gives pairs outside mask, keys and (if `boundRows`) queries a neutral value.
  RemovePairs remover(mlir::Value partial, bool boundRows = false);
  /// The weights after the weight region, 0 for removed pairs.
  llvm::FailureOr<mlir::Value> gated(mlir::Value weight, const RemovePairs &remove);
  mlir::Value lowest(mlir::OpBuilder &at, bool cols = true);

  mlir::Type compute() { return attend.planeType().getElementType(); }

  KernelBuilder &kernel;
  TileEmitter &emitter;
  AttendOp attend;
  const Segment &segment;
  PlaneMask mask;

private:
  llvm::FailureOr<mlir::Value> keep(bool boundRows);
};

} // namespace attn::totile
