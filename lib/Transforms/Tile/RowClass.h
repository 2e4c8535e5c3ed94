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
  /// A tile that has taken the place of another.
  void replace(mlir::Value old, mlir::Value tile) { dims[tile] = dimOf(old); }

private:
  llvm::DenseMap<mlir::Value, int> dims;
  int64_t extent = 0;
};

} // namespace attn::tile
