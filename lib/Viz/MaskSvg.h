// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A picture of a mask: its pairs, and the class of every tile.
#pragma once

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace attn::viz {

/// The pairs of one head, row by row, and the tile that the picture classifies by.
struct MaskPicture {
  std::string title;
  std::vector<llvm::BitVector> rows; ///< rows[i][j]: the pair exists
  int64_t columns = 0;
  int64_t tileRows = 0;
  int64_t tileColumns = 0;
};

/// What a tile holds: no pair, some, or all.
enum class TileClass { empty, partial, full };

/// The class of the tile at tile coordinates (row, column), counted from the definition.
TileClass classify(const MaskPicture &picture, int64_t row, int64_t column);

/// Writes a self-contained SVG: tiles by colour, the pairs of partial tiles, and a legend with the counts.
void writeSvg(const MaskPicture &picture, llvm::raw_ostream &out);

} // namespace attn::viz
