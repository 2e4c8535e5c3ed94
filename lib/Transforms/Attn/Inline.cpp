// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-inline: entries without calls; private functions go.
#include "lib/Transforms/Attn/CallInlining.h"
#include "lib/Transforms/Attn/Passes.h"

using namespace mlir;
using namespace attn;

namespace {
struct InlinePass : PassWrapper<InlinePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlinePass)
  StringRef getArgument() const override { return "attn-inline"; }
  StringRef getDescription() const override { return "Inline every call and remove private functions"; }
  void runOnOperation() override;
};
} // namespace

void InlinePass::runOnOperation() {
  SmallVector<func::FuncOp> entries;
  for (auto func : getOperation().getOps<func::FuncOp>())
    if (func.isPublic() && !func.isDeclaration())
      entries.push_back(func);
  for (func::FuncOp entry : entries)
    if (failed(inlineCalls(entry)))
      return signalPassFailure();
  for (auto func : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
    if (func.isPrivate())
      func.erase();
}

std::unique_ptr<Pass> attn::createInlinePass() { return std::make_unique<InlinePass>(); }
