// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --launch-inline-grids: host code computes the grid of each kernel it starts, by the kernel's own arithmetic.
#include "dialects/Interfaces/LaunchableInterface.h"
#include "dialects/Launch/LaunchOps.h"
#include "lib/Transforms/Launch/Passes.h"

using namespace mlir;

namespace attn::launch {
namespace {

struct InlineGrids : PassWrapper<InlineGrids, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlineGrids)

  StringRef getArgument() const override { return "launch-inline-grids"; }
  StringRef getDescription() const override { return "Write each kernel's grid arithmetic to its launches"; }

  void runOnOperation() override {
    SymbolTableCollection symbols;
    WalkResult walk = getOperation()->walk([&](KernelOp launch) -> WalkResult {
      if (!launch.getGrid().empty())
        return WalkResult::advance();
      auto kernel = symbols.lookupNearestSymbolFrom<LaunchableOpInterface>(launch, launch.getCalleeAttr());
      if (!kernel)
        return launch.emitOpError() << "expects a grid, because '" << launch.getCallee() << "' has none of its own";
      OpBuilder builder(launch);
      SmallVector<Value> grid = kernel.emitGrid(builder, launch.getLoc(), launch.getArguments());
      launch.getGridMutable().assign(grid);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createInlineGridsPass() { return std::make_unique<InlineGrids>(); }

} // namespace attn::launch
