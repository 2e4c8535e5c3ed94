// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes on tile programs.
#pragma once

#include "lib/Target/CPU/Features.h"
#include "mlir/Pass/Pass.h"

namespace attn::tile {

/// --tile-pack-operands: right operands that many programs read are copied once into transposed blocks.
std::unique_ptr<mlir::Pass> createPackOperandsPass();

/// --tile-select-instructions: each product gets a row of the target's table, and its operands the form that row wants.
std::unique_ptr<mlir::Pass> createSelectInstructionsPass(const cpu::CPUTarget &target);

/// --tile-split-rows: a body whose rows are parallel runs strip by strip.
std::unique_ptr<mlir::Pass> createSplitRowsPass();

/// --tile-interchange-rows: the strip loop moves inside the loop over blocks.
std::unique_ptr<mlir::Pass> createInterchangeRowsPass();

/// --tile-fuse-between-products: ops between products are grouped into sweeps.
std::unique_ptr<mlir::Pass> createFuseBetweenProductsPass();

/// --tile-assign-homes: tiles that outlive a sweep get a place in scratch.
std::unique_ptr<mlir::Pass> createAssignHomesPass();

/// --tile-to-vector: tile.kernel becomes func.func over vector, scf and memref.
std::unique_ptr<mlir::Pass> createToVectorPass(const cpu::CPUTarget &target);

/// Registers the passes above as flags.
void registerTileTransformPasses();

} // namespace attn::tile
