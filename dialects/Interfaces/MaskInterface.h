// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a mask op is asked and what it answers: coordinates of a pair, a range of rows, segments of keys.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include <optional>

namespace attn {

/// One (query, key) pair, as values of type index. Positions count from the segment's first token; the query's is
/// shifted when the domain aligns bottom right. `captures` holds one `!attn.captured` value per tensor that
/// MaskOpInterface::collectCaptures lists.
struct MaskCoordinates {
  /// Batch; in a packed domain the number of the segment.
  mlir::Value b;
  mlir::Value h;
  mlir::Value i;
  mlir::Value j;
  /// Rows and columns of this segment (or of the plane, or the lengths).
  mlir::Value queryExtent;
  mlir::Value keyExtent;
  /// Where the row and the column lie in storage.
  mlir::Value queryIndex;
  mlir::Value keyIndex;
  /// How many query heads there are.
  mlir::Value heads;
  llvm::SmallVector<mlir::Value> captures;
};

/// Rows [rowLo, rowHi) of one head, as positions (they may be negative when the domain aligns bottom right).
struct RangeQuery {
  mlir::Value b;
  mlir::Value h;
  mlir::Value rowLo;
  mlir::Value rowHi;
  mlir::Value queryExtent;
  mlir::Value keyExtent;
  mlir::Value heads;
  llvm::SmallVector<mlir::Value> captures;
};

/// Key positions [begin, end). Not partial: every row of the query has every key of the segment.
struct KeyRange {
  mlir::Value begin;
  mlir::Value end;
  bool partial;
};

/// counts [B, Hs, Mb] and indices [B, Hs, Mb, max], i32, for blocks of rows x cols storage positions.
struct BlockTable {
  mlir::Value counts;
  mlir::Value indices;
  int64_t rows;
  int64_t cols;
};

} // namespace attn

#include "dialects/Interfaces/MaskInterface.h.inc"
