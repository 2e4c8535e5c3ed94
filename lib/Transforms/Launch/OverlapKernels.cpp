// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --launch-overlap-kernels: says of each kernel whether launches of an entry stand before and behind it.
#include "dialects/Interfaces/LaunchableInterface.h"
#include "dialects/Launch/LaunchOps.h"
#include "lib/Transforms/Launch/Passes.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace attn::launch {
namespace {

struct OverlapKernels : PassWrapper<OverlapKernels, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OverlapKernels)

  StringRef getArgument() const override { return "launch-overlap-kernels"; }
  StringRef getDescription() const override { return "Let a kernel start while the one before it in the entry ends"; }

  void runOnOperation() override {
    SymbolTableCollection symbols;
    Builder builder(&getContext());
    getOperation()->walk([&](EntryOp entry) {
      SmallVector<KernelOp> launches;
      entry.getBody().walk([&](KernelOp launch) { launches.push_back(launch); });
      for (KernelOp launch : launches) {
        auto kernel = symbols.lookupNearestSymbolFrom<LaunchableOpInterface>(launch, launch.getCalleeAttr());
        if (!kernel) // code for the host
          continue;
        // In a loop it may stand before and behind itself.
        bool repeats = static_cast<bool>(launch->getParentOfType<LoopLikeOpInterface>());
        if (repeats || launch != launches.front())
          kernel->setAttr(startsEarlyAttr, builder.getBoolAttr(true));
        if (repeats || launch != launches.back())
          kernel->setAttr(startsNextAttr, builder.getBoolAttr(true));
      }
    });
  }
};

} // namespace

std::unique_ptr<Pass> createOverlapKernelsPass() { return std::make_unique<OverlapKernels>(); }

} // namespace attn::launch
