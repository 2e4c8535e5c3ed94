// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one way from scalar IR of a pair to arithmetic on the tiles of a program.
#pragma once

#include "dialects/Interfaces/MaskInterface.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include <functional>

namespace attn::totile {

/// Rows and columns of a program's tile of scores; how many columns of the values it accumulates at once, 0: all, and in
/// how many passes, one after another.
struct TileSizes {
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t valueCols = 0;
  int64_t passes = 1;
};

/// A number for every pair of a tile. Where it is the same for all, `value` is a scalar; else a tile whose rows
/// (columns) are 1 where it does not vary along them. Index numbers are i32 in tiles.
struct TileValue {
  mlir::Value value;
  bool rows = false;
  bool cols = false;
  /// Whether it is made inside the loop over blocks.
  bool inLoop = false;
  /// If set, the number is start + its row (or column); start is an index, never negative, a multiple of `multiple`.
  mlir::Value start;
  int64_t multiple = 1;
  /// Whether a tile of i32 holds index numbers.
  bool isIndex = false;

  bool isUniform() const { return !rows && !cols; }
  explicit operator bool() const { return static_cast<bool>(value); }
};

/// What a region may ask about a pair. Values that a place does not know are null.
struct PairCoordinates {
  TileValue b, h, i, j, queryExtent, keyExtent, queryIndex, keyIndex, heads;
};

/// What a captured tensor may be indexed by as it is.
enum class Coordinate { batch, head, query, key };

/// Emits scalar IR at a builder from the inputs (scalars of their element types) and the coordinates.
using ScalarEmitter = llvm::function_ref<llvm::SmallVector<mlir::Value>(
    mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> inputs, const MaskCoordinates &at)>;

/// Turns scalar IR into tile arithmetic. Work that does not depend on the loop over blocks goes before the loop.
class TileEmitter {
public:
  /// `resolve` gives the kernel's memref for a captured tensor.
  TileEmitter(mlir::OpBuilder builder, mlir::Location loc, TileSizes sizes,
              std::function<mlir::Value(mlir::Value tensor)> resolve)
      : loc(loc), sizes(sizes), outside(builder), inside(builder), resolve(std::move(resolve)) {}

  /// The results that `emit` makes of `inputs`, on tiles. Reports and fails on an op that has no form on tiles.
  llvm::FailureOr<llvm::SmallVector<TileValue>> convert(llvm::ArrayRef<mlir::Value> captures,
                                                        llvm::ArrayRef<TileValue> inputs, ScalarEmitter emit);
  /// The same for one result.
  llvm::FailureOr<TileValue> convertOne(llvm::ArrayRef<mlir::Value> captures, llvm::ArrayRef<TileValue> inputs,
                                        ScalarEmitter emit);

  /// The value as a tile that has rows (columns) where `rows` (`cols`) is set, at the loop's place if `inLoop`.
  mlir::Value asTile(const TileValue &value, bool rows, bool cols, bool inLoop = true);
  /// The type of a tile of this element.
  mlir::RankedTensorType tileType(mlir::Type element, bool rows, bool cols) const;
  /// start + row or start + column, as a tile of positions. `multiple` and `nonNegative` are what is known of start.
  TileValue positions(mlir::Value start, bool alongRows, bool inLoop, bool nonNegative, int64_t multiple);

  /// From now on, `inside` is the loop's body and `outside` is before the loop.
  void enter(mlir::scf::ForOp loop);
  /// From now on, both are after the op.
  void leave(mlir::Operation *op);
  mlir::OpBuilder &builder(bool inLoop) { return inLoop ? inside : outside; }

  PairCoordinates at;
  /// Told of every dim of a captured tensor that a coordinate indexes, so that the caller's tensor can be checked.
  std::function<void(mlir::Value tensor, unsigned dim, Coordinate coordinate)> onIndexed;
  const mlir::Location loc;
  const TileSizes sizes;
  mlir::OpBuilder outside;
  mlir::OpBuilder inside;

private:
  friend class ScalarConversion;
  std::function<mlir::Value(mlir::Value)> resolve;
};

/// A scalar number that is the same for every pair.
inline TileValue uniform(mlir::Value value, bool inLoop = false) {
  return {value, false, false, inLoop, {}, 1, false};
}
/// A tile made in the loop: of all pairs, or of rows only.
inline TileValue perPair(mlir::Value tile, bool inLoop = true) { return {tile, true, true, inLoop, {}, 1, false}; }
inline TileValue perRow(mlir::Value tile, bool inLoop = true) { return {tile, true, false, inLoop, {}, 1, false}; }

} // namespace attn::totile
