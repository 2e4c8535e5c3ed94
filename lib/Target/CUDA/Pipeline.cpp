// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-to-device-cuda: the project's part of the CUDA road, tile programs to device functions.
#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/InstructionTables.h"
#include "lib/Target/CUDA/Passes.h"
#include "lib/Transforms/Launch/Passes.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace attn::cuda {

/// Columns that one step of the register layout spreads over the lanes of a row.
constexpr int64_t rowLanes = 8;

/// What both forms of a program begin with.
static void addArithmeticPasses(OpPassManager &kernels) {
  kernels.addPass(tile::createLongestFirstPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(tile::createRelaxArithmeticPass());
  kernels.addPass(tile::createHoistScalesPass());
  kernels.addPass(tile::createFoldExp2Pass());
  kernels.addPass(tile::createDeferReductionsPass(rowLanes));
}

void buildValuePipeline(OpPassManager &pm, llvm::StringRef chip) {
  OpPassManager &kernels = pm.nest<tile::KernelOp>();
  addArithmeticPasses(kernels);
  kernels.addPass(createSelectInstructionsPass({chip, {warpTable().name()}}));
  kernels.addPass(createHomeOperandsPass(chip));
  kernels.addPass(tile::createAdvanceLoadsPass());
  kernels.addPass(tile::createSplitClassesPass());
  kernels.addPass(createCSEPass());
}

void buildTileToDevicePipeline(OpPassManager &pm) {
  OpPassManager &kernels = pm.nest<tile::KernelOp>();
  kernels.addPass(createAssignLayoutsPass());
  kernels.addPass(createFormDescriptorsPass());
  kernels.addPass(createMaterialiseSyncPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createAllocateSharedPass());
  pm.addPass(launch::createInlineGridsPass());
  pm.addPass(launch::createPlanWorkspacePass());
  pm.addPass(createToNVVMPass());
}

/// Rows of a product that may be waited for here. A kernel with a larger one has the value form alone: rows and registers
/// of this one are chosen for products in flight.
constexpr int64_t mostWaitingRows = 63;

/// Slots of a ring that a loop fills.
constexpr int64_t ringDepth = 2;

/// What a group of four warps that only starts copies keeps, and what the groups that compute get in exchange.
constexpr int64_t loadRegisters = 24, mathRegisters = 240;

/// Rows of a tile that leaves through a slot unasked: 0, none. Threads store 16 bytes at once, and no kernel was seen to
/// gain by a copy.
constexpr int64_t epilogueRows = 0;

// Bulk copies take only tensors whose bases and strides are multiples of 16 bytes; others are for the other form.
void buildOverlapPipeline(OpPassManager &pm, llvm::StringRef chip, bool persist, bool turns) {
  OpPassManager &kernels = pm.nest<tile::KernelOp>();
  addArithmeticPasses(kernels);
  kernels.addPass(createSelectInstructionsPass({chip, {warpgroupTable().name(), warpTable().name()}, mostWaitingRows}));
  kernels.addPass(tile::createInsertRingsPass(ringDepth, /*made=*/true));
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(tile::createIssueProductsPass());
  kernels.addPass(tile::createSkewPass());
  kernels.addPass(tile::createSplitClassesPass());
  kernels.addPass(tile::createSpecialisePass(loadRegisters, mathRegisters));
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(tile::createLowerEpiloguePass(/*shared=*/0, epilogueRows));
  if (persist)
    kernels.addPass(tile::createPersistPass());
  if (turns)
    kernels.addPass(createTakeTurnsPass());
}

void registerCUDATargetPasses() {
  registerToNVVMPass();
  registerSelectInstructionsPass();
  registerHomeOperandsPass();
  registerPass(createLegaliseMathPass);
  registerPass(createAssignLayoutsPass);
  registerPass(createFormDescriptorsPass);
  registerPass(createTakeTurnsPass);
  registerPass(createMaterialiseSyncPass);
  registerPass(createAllocateSharedPass);
  PassPipelineRegistration<>("tile-to-device-cuda", "Lower tile programs to device functions", [](OpPassManager &pm) {
    buildValuePipeline(pm);
    buildTileToDevicePipeline(pm);
  });
  PassPipelineRegistration<>("tile-overlap-cuda", "Run copies and products of tile programs beside their arithmetic",
                             [](OpPassManager &pm) { buildOverlapPipeline(pm); });
  PassPipelineRegistration<>("cuda-kernels-to-llvm", "Lower device functions to the LLVM dialect",
                             buildKernelsToLLVMPipeline);
}

} // namespace attn::cuda
