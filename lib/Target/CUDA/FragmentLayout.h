// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a tile lies in the registers of a block of threads.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

namespace attn::cuda {

/// The accumulator layout of tensor-core products, for any tile: blocks of 16 rows go to warps in turn; in a block,
/// lane 4 g + t holds rows g and g + 8 and columns 2 t and 2 t + 1 of every 8. A dim of one element is held by every
/// lane (and warp) that would hold it. Where there are fewer blocks than warps, warps hold the same ones.
class FragmentLayout {
public:
  FragmentLayout(llvm::ArrayRef<int64_t> shape, int64_t warps) : numRows(shape[0]), numCols(shape[1]), warps(warps) {}

  int64_t rows() const { return numRows; }
  int64_t cols() const { return numCols; }
  /// Blocks of 16 rows of the whole tile.
  int64_t rowBlocks() const { return numRows == 1 ? 1 : llvm::divideCeil(numRows, 16); }
  /// Whether several warps hold the same rows.
  bool replicated() const { return numRows > 1 && rowBlocks() < warps; }

  /// What one thread holds: [owned blocks][column blocks][halves][pairs].
  int64_t owned() const { return numRows == 1 ? 1 : llvm::divideCeil(rowBlocks(), warps); }
  int64_t colBlocks() const { return numCols == 1 ? 1 : llvm::divideCeil(numCols, 8); }
  int64_t halves() const { return numRows == 1 ? 1 : 2; }
  int64_t pairs() const { return numCols == 1 ? 1 : 2; }
  int64_t size() const { return owned() * colBlocks() * halves() * pairs(); }

  struct Place {
    int64_t block, col, half, pair;
  };
  int64_t index(Place at) const { return ((at.block * colBlocks() + at.col) * halves() + at.half) * pairs() + at.pair; }
  Place place(int64_t number) const {
    Place at;
    at.pair = number % pairs();
    number /= pairs();
    at.half = number % halves();
    number /= halves();
    at.col = number % colBlocks();
    at.block = number / colBlocks();
    return at;
  }
  /// The place that holds the same element, or the one element that is repeated, of a tile that is broadcast to this one.
  Place sourceOf(Place at) const {
    return {numRows == 1 ? 0 : at.block, numCols == 1 ? 0 : at.col, numRows == 1 ? 0 : at.half,
            numCols == 1 ? 0 : at.pair};
  }

  /// Whether some held places may lie outside the tile.
  bool rowsMayMiss() const {
    return numRows > 1 && (numRows % 16 != 0 || (!replicated() && rowBlocks() % warps != 0));
  }
  bool colsMayMiss(int64_t colBlock) const { return numCols > 1 && (colBlock + 1) * 8 > numCols; }

private:
  int64_t numRows, numCols, warps;
};

} // namespace attn::cuda
