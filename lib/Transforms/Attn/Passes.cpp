// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flags of the passes on the attn dialect.
#include "lib/Transforms/Attn/Passes.h"

void attn::registerAttnTransformPasses() {
  mlir::registerPass([] { return createCheckInputPass(); });
  mlir::registerPass([] { return createFoldMasksPass(); });
  mlir::registerPass([] { return createFusePass(); });
  mlir::registerPass([] { return createGeneralisePass(); });
  mlir::registerPass([] { return createInlinePass(); });
  mlir::registerPass([] { return createSpecialisePass(); });
  mlir::registerPass([] { return createSplitKeysPass(); });
}
