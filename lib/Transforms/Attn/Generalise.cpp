// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-generalise: one form for every op of linalg, so that what follows knows only that one.
#include "lib/Transforms/Attn/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

using namespace mlir;
using namespace attn;

namespace {
struct GeneralisePass : PassWrapper<GeneralisePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(GeneralisePass)
  StringRef getArgument() const override { return "attn-generalise"; }
  StringRef getDescription() const override { return "Write transposes, products and the like as linalg.generic"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<linalg::LinalgDialect>(); }
  void runOnOperation() override;
};
} // namespace

void GeneralisePass::runOnOperation() {
  SmallVector<linalg::LinalgOp> named;
  getOperation().walk([&](linalg::LinalgOp op) {
    // A fill stays, because it says what a tensor holds without reading one. What works on buffers is refused later.
    if (!isa<linalg::GenericOp, linalg::FillOp>(op) && op.hasPureTensorSemantics())
      named.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (linalg::LinalgOp op : named) {
    rewriter.setInsertionPoint(op);
    // One that has no such form keeps its name, by which it is refused.
    (void)linalg::generalizeNamedOp(rewriter, op);
  }
}

std::unique_ptr<Pass> attn::createGeneralisePass() { return std::make_unique<GeneralisePass>(); }
