// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flags of the launch passes.
#include "lib/Transforms/Launch/Passes.h"
#include "mlir/Pass/PassRegistry.h"

void attn::launch::registerLaunchTransformPasses() {
  mlir::registerPass(createInlineGridsPass);
  mlir::registerPass(createOverlapKernelsPass);
  mlir::registerPass(createPlanWorkspacePass);
}
