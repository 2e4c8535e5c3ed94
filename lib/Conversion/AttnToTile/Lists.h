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

/// Lists that a kernel of their own wrote to workspace: counts, partials [B or 1, H or 1, blocks of rows] and indices
/// with one more dim. Null where the lists of an attend are known otherwise.
struct ListBuffers {
  mlir::Value counts, partials, indices;
};

/// Adds the kernel that classifies all blocks of a mask without ranges, on the target, so that lengths may lie there.
llvm::FailureOr<ListBuffers> emitListKernel(EntryBuilder &entry, AttendOp attend, TileSizes sizes);

/// A block list and what its entries leave open.
struct BlockList {
  mlir::Value list;
  /// Whether a block that reaches beyond the last key is only known by its place, not by its class.
  bool hidesTail = false;
  /// Whether the list holds all keys even where a part of them was asked for.
  bool holdsAll = false;
};

/// Emits the list of a program: rows [first, first + rows) of a segment, keys [keyLo, keyHi) of it (null: all).
/// `block` is the number of the program's block of rows.
llvm::FailureOr<BlockList> makeBlockList(KernelBuilder &kernel, TileEmitter &emitter, const Segment &segment,
                                         PlaneMask &mask, const ListBuffers &lists, mlir::Value block,
                                         mlir::Value keyLo, mlir::Value keyHi);

/// Whether a block that starts at a row and a column of a segment may have pairs, and whether all pairs of its existing
/// rows exist; columns before the first and behind the last token have none. Uniform values of type i1.
struct BlockClass {
  mlir::Value maybe, all;
};
llvm::FailureOr<BlockClass> emitBlockClass(TileEmitter &emitter, const Segment &segment, AttendOp attend,
                                           mlir::Value row, mlir::Value column);

/// The ranges of keys that rows [first, first + rows) of a segment need; uniform index values at `inLoop`'s place.
llvm::FailureOr<llvm::SmallVector<KeyRange>> emitKeyRanges(TileEmitter &emitter, const Segment &segment,
                                                           PlaneMask &mask, mlir::Value first, bool inLoop);

} // namespace attn::totile
