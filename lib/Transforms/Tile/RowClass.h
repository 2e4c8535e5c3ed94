// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows that are independent of each other through the body of a tile program.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace attn::tile {

/// Dims of tiles that must be cut together: what one op relates by TileOpInterface, and what a loop carries. A class is
/// parallel if every op uses it in parallel, so that it can be cut anywhere.
class RowClass {
public:
  /// The parallel class with the most products over its rows; nothing where there is none.
  static std::optional<RowClass> find(KernelOp kernel);

  /// The dim of the tile that belongs to the class, or -1.
  int dimOf(mlir::Value tile) const {
    auto found = dims.find(tile);
    return found == dims.end() ? -1 : found->second;
  }
  int64_t size() const { return extent; }
  /// Every tile of the class and the dim of it that belongs.
  const llvm::DenseMap<mlir::Value, int> &tiles() const { return dims; }

  /// How many of the rows are stored, from what each store says.
  struct StoredRows {
    struct Store {
      mlir::Value offset, bound, memref; ///< bound: null where it is the memref's size
      int64_t dim;
    };
    llvm::SmallVector<Store> stores;
    /// The values that the count is made from.
    llvm::SmallVector<mlir::Value> sources() const;
    /// May be negative.
    mlir::Value count(mlir::OpBuilder &b, mlir::Location loc) const;
  };
  /// Nothing where a store writes every row.
  std::optional<StoredRows> storedRows(KernelOp kernel) const;

  /// A tile that has taken the place of another.
  void replace(mlir::Value old, mlir::Value tile) { dims[tile] = dimOf(old); }

private:
  llvm::DenseMap<mlir::Value, int> dims;
  int64_t extent = 0;
};

} // namespace attn::tile
