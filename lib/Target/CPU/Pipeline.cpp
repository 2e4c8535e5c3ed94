// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The project's part of the CPU road: tile programs to functions over vectors.
#include "lib/Target/CPU/Pipeline.h"
#include "dialects/Tile/TileOps.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Transforms/Launch/Passes.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void attn::buildTileSchedulePipeline(OpPassManager &pm, const CPUOptions &options) {
  OpPassManager &kernels = pm.nest<tile::KernelOp>();
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(tile::createTurnNarrowPass(/*columns=*/16));
  kernels.addPass(tile::createVersionRowsPass());
  kernels.addPass(tile::createSplitClassesPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(tile::createPrefetchPass(options.target.fewRows()));
  kernels.addPass(tile::createSplitRowsPass(options.target.accumulatorRows()));
  kernels.addPass(createCSEPass());
}

void attn::buildTileToVectorPipeline(OpPassManager &pm, const CPUOptions &options) {
  pm.addPass(cpu::createToVectorPass(options.target));
}

void attn::buildTileToKernelsPipeline(OpPassManager &pm, const CPUOptions &options) {
  buildTileSchedulePipeline(pm, options);
  pm.addPass(launch::createInlineGridsPass());
  pm.addPass(launch::createPlanWorkspacePass());
  buildTileToVectorPipeline(pm, options);
}

void attn::buildTileToLLVMPipeline(OpPassManager &pm, const CPUOptions &options) {
  buildTileSchedulePipeline(pm, options);
  buildTileToVectorPipeline(pm, options);
  buildVectorToLLVMPipeline(pm, options);
}

namespace {
struct CPUPipelineOptions : PassPipelineOptions<CPUPipelineOptions> {
  Option<std::string> cpu{*this, "cpu", llvm::cl::desc("x86-64-v3, x86-64-v4 or native"), llvm::cl::init("native")};

  /// An unknown CPU is reported by the first pass that is given its name.
  attn::CPUOptions get() const {
    llvm::Expected<attn::cpu::CPUTarget> target = attn::cpu::describeTarget(cpu);
    if (target)
      return {*target};
    llvm::errs() << llvm::toString(target.takeError()) << '\n';
    return {};
  }
};
} // namespace

void attn::registerTileCPUPasses() {
  tile::registerTileTransformPasses();
  cpu::registerCPUTargetPasses();
  using Build = void (*)(OpPassManager &, const CPUOptions &);
  auto add = [](StringRef name, StringRef text, Build build) {
    PassPipelineRegistration<CPUPipelineOptions>(
        name, text, [build](OpPassManager &pm, const CPUPipelineOptions &options) { build(pm, options.get()); });
  };
  add("tile-schedule-cpu", "Make tile programs fast in value form", buildTileSchedulePipeline);
  add("vector-to-llvm-cpu", "Lower vector, scf, memref and arith to the LLVM dialect", buildVectorToLLVMPipeline);
  add("tile-to-llvm-cpu", "Lower tile programs to the LLVM dialect", buildTileToLLVMPipeline);
}
