// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Block lists as scalar arithmetic, for targets that lower tile programs.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "llvm/ADT/DenseMap.h"

namespace attn::target {

/// Lowers the list ops of one kernel. The lists themselves never exist: a list of ranges is prefix sums over its
/// segments, a list of rows the row of a table in memory.
class BlockLists {
public:
  /// How the lowering sees the operands of list ops, and how it reads an i32 of a table as an index.
  struct Host {
    std::function<mlir::Value(mlir::Value)> scalar;
    std::function<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::Value memref, mlir::ValueRange)> loadIndex;
  };
  explicit BlockLists(Host host) : host(std::move(host)) {}

  /// Emits what the op needs at `builder`. False where it is not a list op.
  bool lower(mlir::OpBuilder &builder, mlir::Operation *op,
             llvm::function_ref<void(mlir::Value, mlir::Value)> map);

private:
  struct List {
    llvm::SmallVector<mlir::Value> lower, count; // ranges, partial segments first
    mlir::Value indices;                         // rows: the table as the kernel knows it
    llvm::SmallVector<mlir::Value> row;
    mlir::Value partials, entries;
  };
  List fromSegments(mlir::OpBuilder &builder, tile::ListOp op);
  List fromRows(mlir::OpBuilder &builder, tile::ListRowsOp op);
  mlir::Value blockOf(mlir::OpBuilder &builder, mlir::Location loc, const List &list, mlir::Value position);

  Host host;
  llvm::DenseMap<mlir::Value, List> lists;
};

} // namespace attn::target
