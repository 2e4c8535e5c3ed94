// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Few queries: the heads that read the same keys share a program's rows, so that keys are read once for all of them. Row p
// is query p / group of the group's head p mod group.
#pragma once

#include "lib/Conversion/AttnToTile/Attend.h"

namespace attn::totile {

/// Whether the rows of an attend may be of several heads: which blocks a program visits does not depend on the head.
bool mayShareRows(AttendOp attend);

/// How many heads share rows, in the body.
mlir::Value groupSize(KernelBuilder &kernel, AttendOp attend);
/// Blocks of rows of a group, in the body.
mlir::Value countGroupBlocks(KernelBuilder &kernel, AttendOp attend, mlir::Value group, int64_t rows);
/// The grid of such programs: blocks of rows times `copies`, groups of heads, batch.
void setGroupGrid(KernelBuilder &kernel, AttendOp attend, int64_t rows,
                  llvm::function_ref<mlir::Value(IndexMath, mlir::Value blocks)> copies);
/// Turns a segment of the head `kernel.y()` into one of that group of heads.
void shareRows(KernelBuilder &kernel, mlir::Value group, Segment &segment);

/// Head and query of each row, as tiles of i32.
struct RowPlaces {
  mlir::Value heads, queries;
};
RowPlaces rowPlaces(TileEmitter &emitter, const Segment &segment, mlir::Value first, bool inLoop);

} // namespace attn::totile
