// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which blocks of keys a program visits, and which of them need the mask.
#pragma once

#include "lib/Conversion/AttnToTile/Domain.h"

namespace attn::totile {

/// The mask of an attend, as the lists and the kernels use it. A null op: every pair of the domain exists.
struct PlaneMask {
  MaskOpInterface op;
  llvm::SmallVector<mlir::Value> captures;

  static PlaneMask of(AttendOp attend);
  bool hasRanges() { return !op || op.hasRanges(); }
  std::optional<BlockTable> table() { return op ? op.getBlockTable() : std::nullopt; }
};

/// A block list and what its entries leave open.
struct BlockList {
  mlir::Value list;
  /// Whether a block that reaches beyond the last key is only known by its place, not by its class.
  bool hidesTail = false;
};

/// Emits the list of a program: rows [first, first + rows) of a segment, keys [keyLo, keyHi) of it (null: all).
llvm::FailureOr<BlockList> makeBlockList(KernelBuilder &kernel, TileEmitter &emitter, const Segment &segment,
                                         PlaneMask &mask, mlir::Value keyLo = {}, mlir::Value keyHi = {});

/// The ranges of keys that rows [first, first + rows) of a segment need; uniform index values at `inLoop`'s place.
llvm::FailureOr<llvm::SmallVector<KeyRange>> emitKeyRanges(TileEmitter &emitter, const Segment &segment,
                                                           PlaneMask &mask, mlir::Value first, bool inLoop);

} // namespace attn::totile
