// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes on tile programs.
#pragma once

#include "mlir/Pass/Pass.h"

namespace attn::tile {

/// --tile-advance-loads: what products alone read from memory is loaded as early as it can be.
std::unique_ptr<mlir::Pass> createAdvanceLoadsPass();

/// --tile-defer-reductions: running sums of rows are carried in `width` parts. CHANGES ROUNDING.
std::unique_ptr<mlir::Pass> createDeferReductionsPass(int64_t width);

/// --tile-relax-arithmetic: arithmetic of elements beside 16-bit products becomes cheaper. CHANGES ROUNDING.
std::unique_ptr<mlir::Pass> createRelaxArithmeticPass();

/// --tile-fold-exp2: exponentials beside 16-bit products become approximate ones of base 2. CHANGES ROUNDING.
std::unique_ptr<mlir::Pass> createFoldExp2Pass();

/// --tile-hoist-scales: positive constant factors leave maxima, exactly.
std::unique_ptr<mlir::Pass> createHoistScalesPass();

/// --tile-hoist-uniform: quotients of a kernel's arguments that all its programs need are computed by the host.
std::unique_ptr<mlir::Pass> createHoistUniformPass();

/// --tile-insert-rings: products read global memory through rings, of `depth` slots where a loop fills them; with `made`
/// also operands that arithmetic made and that their instructions read from slots alone.
std::unique_ptr<mlir::Pass> createInsertRingsPass(int64_t depth = 2, bool made = false);

/// --tile-issue-products: products begin where they stand and are awaited before their first use, but for those whose
/// instruction is waited for.
std::unique_ptr<mlir::Pass> createIssueProductsPass();

/// --tile-longest-first: programs whose lists grow along the grid run in the opposite order.
std::unique_ptr<mlir::Pass> createLongestFirstPass();

/// --tile-lower-epilogue: what roles store at their end leaves by copies from slots, while all rings take at most `shared`
/// bytes (0: any number) and a tile has at least `least` rows.
std::unique_ptr<mlir::Pass> createLowerEpiloguePass(int64_t shared = 0, int64_t least = 128);

/// --tile-skew: late products of an iteration run beside the early ones of the next.
std::unique_ptr<mlir::Pass> createSkewPass();
std::unique_ptr<mlir::Pass> createPersistPass();

/// --tile-specialise: a role of its own fills the rings. Registers of a thread of either role, 0 to leave them open.
std::unique_ptr<mlir::Pass> createSpecialisePass(int64_t loadRegisters = 0, int64_t mathRegisters = 0);

/// --tile-split-classes: a loop over a block list becomes one over its partial and one over its full entries.
std::unique_ptr<mlir::Pass> createSplitClassesPass();

/// --tile-split-rows: what runs over rows that do not depend on each other runs strip by strip, at most `strip` rows at a
/// time, inside the loop over blocks, as far as rows are stored.
std::unique_ptr<mlir::Pass> createSplitRowsPass(int64_t strip);

/// --tile-prefetch: loops over tiles that products of at most `rows` rows read ask for the next iteration's.
std::unique_ptr<mlir::Pass> createPrefetchPass(int64_t rows);

/// --tile-turn-narrow: products with fewer columns than rows, and at most `columns`, are computed transposed.
std::unique_ptr<mlir::Pass> createTurnNarrowPass(int64_t columns);

/// --tile-version-rows: programs of at most 16 rows get versions for calls that store at most 8 and 4 of them.
std::unique_ptr<mlir::Pass> createVersionRowsPass();

/// Those with options register themselves.
void registerInsertRingsPass();
void registerDeferReductionsPass();
void registerLowerEpiloguePass();
void registerPrefetchPass();
void registerSpecialisePass();
void registerSplitRowsPass();
void registerTurnNarrowPass();

/// Registers the passes above as flags.
void registerTileTransformPasses();

} // namespace attn::tile
