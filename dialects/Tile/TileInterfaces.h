// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the dims of a tile op's operands and results relate, for passes that split, interchange or fuse.
#pragma once

#include "mlir/IR/OpDefinition.h"
#include <array>
#include <optional>

namespace attn::tile {

/// How an op uses one of its iteration dims. Parallel: index i of the results depends on index i of the operands and
/// on no other, so the dim may be cut anywhere. Contracted: the dim disappears in a sum or another combination, so
/// cutting it leaves partial results to combine. Coupled: index i depends on others, the dim stays whole.
enum class DimKind { parallel, contracted, coupled };

/// One tile's (rows, columns) as numbers of iteration dims; noDim where the tile has size 1 and takes no part.
constexpr int noDim = -1;
using TileDimPair = std::array<int, 2>;

/// The iteration dims of an op and what each of its tile operands and tile results runs over, in operand and result
/// order. Operands that are not tiles (offsets, memrefs, scalars) are left out.
struct TileDims {
  llvm::SmallVector<DimKind, 3> kinds;
  llvm::SmallVector<TileDimPair, 3> operands;
  llvm::SmallVector<TileDimPair, 1> results;
};

/// The dims of any op that computes tiles: what TileOpInterface says, or two parallel dims for an elementwise op.
/// None for an op whose dims are unknown (then both dims of every tile it touches are coupled).
std::optional<TileDims> describeTileDims(mlir::Operation *op);

/// Whether the type is a tile: a static rank-2 tensor of scalars that is not empty.
bool isTile(mlir::Type type);

} // namespace attn::tile

#include "dialects/Tile/TileInterfaces.h.inc"
