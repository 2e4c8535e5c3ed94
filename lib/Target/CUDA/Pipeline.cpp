// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-to-device-cuda: the project's part of the CUDA road, tile programs to device functions.
#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/Passes.h"
#include "lib/Transforms/Launch/Passes.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace attn::cuda {

void buildTileToDevicePipeline(OpPassManager &pm) {
  OpPassManager &kernels = pm.nest<tile::KernelOp>();
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(tile::createSplitClassesPass());
  kernels.addPass(createCSEPass());
  pm.addPass(launch::createInlineGridsPass());
  pm.addPass(launch::createPlanWorkspacePass());
  pm.addPass(createToNVVMPass());
}

void registerCUDATargetPasses() {
  registerToNVVMPass();
  registerPass(createLegaliseMathPass);
  PassPipelineRegistration<>("tile-to-device-cuda", "Lower tile programs to device functions",
                             buildTileToDevicePipeline);
  PassPipelineRegistration<>("cuda-kernels-to-llvm", "Lower device functions to the LLVM dialect",
                             buildKernelsToLLVMPipeline);
}

} // namespace attn::cuda
