// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a program stands in the domain of its plane: its batch entry or segment, and its first row or column.
#pragma once

#include "dialects/Attn/AttnOps.h"
#include "lib/Conversion/AttnToTile/Emitter.h"
#include "lib/Conversion/AttnToTile/Kernel.h"

namespace attn::totile {

/// One batch entry of a plane, or one segment of a packed one. All values are index.
struct Segment {
  /// Batch entry in storage, and the b that regions see.
  mlir::Value batch, number;
  mlir::Value head, heads;
  /// How many heads from `head` on share the program's rows, which then count queries times heads; null: one.
  mlir::Value group;
  /// Storage index of the first token.
  mlir::Value queryStart, keyStart;
  /// How many queries and keys exist.
  mlir::Value queries, keys;
  /// What the program's axis stores: rows (columns) up to here are written though none of their pairs exists.
  mlir::Value stored;
  /// Whether rows (columns) beyond those that exist are stored.
  bool storesMore = false;
  /// What turns a row into the position that masks see.
  mlir::Value shift;
  /// The program's first row (column), from the segment's first.
  mlir::Value first;
  /// Whether the program has anything to write; null: always.
  mlir::Value present;
};

/// Emits where the program of a block along `axis`, head y and batch entry z stands; `tile` is a block's extent.
Segment locate(KernelBuilder &kernel, AttendOp attend, Axis axis, int64_t tile, mlir::Value block);

/// Where the work of the program goes: the kernel's body, or a branch of it that only present segments take.
mlir::OpBuilder bodyIfPresent(KernelBuilder &kernel, const Segment &segment);

/// How many blocks there are along an axis. Packed: an upper bound, from shapes alone. `argument` gives the place's
/// view of a tensor.
mlir::Value countBlocks(IndexMath math, AttendOp attend, Axis axis, int64_t tile,
                        llvm::function_ref<mlir::Value(mlir::Value tensor)> argument);
/// The grid of such programs: blocks times `copies`, heads, batch.
void setSegmentGrid(KernelBuilder &kernel, AttendOp attend, Axis axis, int64_t tile,
                    llvm::function_ref<mlir::Value(IndexMath, mlir::Value blocks)> copies = nullptr);

/// What every region sees, whatever the pair.
PairCoordinates segmentCoordinates(const Segment &segment);
/// Adds the rows (columns) that start `first` after the segment's first token.
void setRows(TileEmitter &emitter, const Segment &segment, Align align, mlir::Value first, bool inLoop);
/// `nonNegative`: no column lies before the segment's first token.
void setColumns(TileEmitter &emitter, const Segment &segment, mlir::Value first, bool inLoop, bool nonNegative = true);

/// The head of a tensor with fewer heads that a query head reads.
mlir::Value sharedHead(KernelBuilder &kernel, mlir::OpBuilder &at, const Segment &segment, mlir::Value memref);

} // namespace attn::totile
