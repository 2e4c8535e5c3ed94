// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Composes the passes between the levels.
#include "lib/Pipelines/AttnPipeline.h"

#include "attn-rt/abi.h"
#include "lib/Conversion/AttnToTile/Passes.h"
#include "lib/Transforms/Attn/Passes.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace attn {

void buildAttnPipeline(OpPassManager &pm) {
  pm.addPass(createInlinePass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createGeneralisePass());
  pm.addPass(createCheckInputPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createFusePass());
  pm.addPass(createFoldMasksPass());
  pm.addPass(createSplitKeysPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildAttnToTilePipeline(OpPassManager &pm, llvm::StringRef target) {
  AttnToTileOptions options;
  options.target = target.str();
  pm.addPass(createAttnToTilePass(options));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void buildKernelsToLLVMPipeline(OpPassManager &pm, const CPUOptions &options, const LaunchToLLVMOptions &launch) {
  pm.addPass(createLaunchToLLVMPass(launch));
  buildVectorToLLVMPipeline(pm, options);
}

namespace {
struct AttnToCPUOptions : PassPipelineOptions<AttnToCPUOptions> {
  Option<std::string> cpu{*this, "cpu", llvm::cl::desc("x86-64-v3, x86-64-v4 or native"), llvm::cl::init("native")};
};
} // namespace

static LogicalResult buildAttnToCPU(OpPassManager &pm, llvm::StringRef text,
                                    llvm::function_ref<LogicalResult(const llvm::Twine &)> report) {
  AttnToCPUOptions options;
  if (failed(options.parseFromString(text)))
    return failure();
  llvm::Expected<cpu::CPUTarget> target = cpu::describeTarget(options.cpu);
  if (!target)
    return report(llvm::toString(target.takeError()));
  CPUOptions cpu{*target};
  buildAttnPipeline(pm);
  buildAttnToTilePipeline(pm, "cpu");
  buildTileToKernelsPipeline(pm, cpu);
  buildKernelsToLLVMPipeline(pm, cpu, {});
  return success();
}

void registerAttnPipelines() {
  registerPassPipeline("attn-to-cpu", "Lower functions of the attn dialect to the LLVM dialect with a manifest",
                       buildAttnToCPU, [](llvm::function_ref<void(const detail::PassOptions &)> show) {
                         AttnToCPUOptions options;
                         show(options);
                       });
}

} // namespace attn
