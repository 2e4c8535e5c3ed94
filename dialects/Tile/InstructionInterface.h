// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Instructions that multiply tiles, and what they must know of a product; layouts of tiles.
#pragma once

#include "dialects/Tile/TileDialect.h"

#include <array>

namespace attn::tile {

/// A product of two tiles, whole or begun.
struct Product {
  mlir::RankedTensorType a, b, c, result; ///< c may be null
  bool transA = false, transB = false;
  bool begun = false;
  std::array<Home, 2> homes = {Home::either, Home::either}; ///< of a and b; known where it is begun

  /// Contracted elements.
  int64_t depth() const { return a.getDimSize(transA ? 0 : 1); }
};

} // namespace attn::tile

#include "dialects/Tile/TileAttrInterfaces.h.inc"

namespace attn::tile {

/// Why an instruction does not compute a product, as in "multiplies f16, but the operands are of bf16"; empty: it does.
std::string findMisfit(InstructionAttrInterface instruction, const Product &product);

} // namespace attn::tile
