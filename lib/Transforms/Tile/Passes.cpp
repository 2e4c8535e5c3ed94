// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the passes on tile programs as flags.
#include "lib/Transforms/Tile/Passes.h"

using namespace mlir;

namespace attn::tile {

void registerTileTransformPasses() {
  registerSplitRowsPass();
  registerInsertRingsPass();
  registerDeferReductionsPass();
  registerLowerEpiloguePass();
  registerPrefetchPass();
  registerSpecialisePass();
  registerTurnNarrowPass();
  registerPass(createAdvanceLoadsPass);
  registerPass(createRelaxArithmeticPass);
  registerPass(createFoldExp2Pass);
  registerPass(createHoistScalesPass);
  registerPass(createHoistUniformPass);
  registerPass(createIssueProductsPass);
  registerPass(createLongestFirstPass);
  registerPass(createSkewPass);
  registerPass(createPersistPass);
  registerPass(createSplitClassesPass);
  registerPass(createVersionRowsPass);
}

} // namespace attn::tile
