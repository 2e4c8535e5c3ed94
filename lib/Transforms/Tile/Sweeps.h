// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which tile ops are computed together in one loop nest, and which are recomputed wherever they are read.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace attn::tile {

/// On an op: the number of the sweep that computes it. Ops of one block with one number share a loop nest; sweeps run
/// in the order of their numbers, between the control flow around them.
constexpr llvm::StringLiteral sweepAttrName = "tile.sweep";

/// The sweep of an op, if it has one. An op on tiles that has none is recomputed where it is read.
std::optional<int64_t> getSweep(mlir::Operation *op);

/// The rows and columns that an op runs over: those of its source (reduce), value (store) or result.
llvm::ArrayRef<int64_t> iterationShape(mlir::Operation *op);

/// Whether the op computes each element of its one result from the same element of its operands.
bool isElementwise(mlir::Operation *op);

/// Whether each element of the tile can be computed again wherever it is read, at little cost.
bool isRecomputed(mlir::Value tile);

/// Whether the branches hold elementwise work only, so that the op can run inside a sweep.
bool isElementwiseIf(mlir::scf::IfOp op);

/// Whether the op needs a loop nest of its own shape: a scan, a solve, a transpose, a gather.
bool isWhole(mlir::Operation *op);

/// Whether a load has to be copied to scratch, because a product reads it element by element or its elements are not
/// contiguous.
bool needsCopy(LoadOp op);

/// Calls back for each value behind `tile` that is not recomputed, and whether it is read at the element's own place.
void forEachSource(mlir::Value tile, bool pointwise, llvm::function_ref<void(mlir::Value, bool)> callback);

} // namespace attn::tile
