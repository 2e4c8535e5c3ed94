// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves kernels between modules under names and attributes of their level.
#include "lib/JIT/KernelVariants.h"

#include "attn-rt/abi.h"
#include "dialects/Launch/LaunchOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace attn {

/// The first entry that the other module lacks or has in another form; null where all agree.
static launch::EntryOp findDifference(ModuleOp module, ModuleOp other) {
  for (auto entry : module.getOps<launch::EntryOp>()) {
    auto twin = other.lookupSymbol<launch::EntryOp>(entry.getSymName());
    if (!twin || !OperationEquivalence::isEquivalentTo(entry, twin, OperationEquivalence::IgnoreLocations))
      return entry;
  }
  return nullptr;
}

void addKernelVariants(ModuleOp module, ModuleOp other, const cpu::CPUTarget &target) {
  if (launch::EntryOp entry = findDifference(module, other)) {
    mlir::emitRemark(entry.getLoc()) << "[variants] levels = one: the host code for " << target.name << " differs";
    return;
  }
  MLIRContext *context = module.getContext();
  Builder builder(context);
  for (auto kernel : llvm::make_early_inc_range(other.getOps<func::FuncOp>())) {
    auto own = module.lookupSymbol<func::FuncOp>(kernel.getSymName());
    if (!own || !kernel->hasAttr("launch.kernel"))
      continue;
    kernel->remove();
    kernel.setSymName((own.getSymName() + "." + target.name).str());
    kernel->setAttr("launch.variant_of", FlatSymbolRefAttr::get(own));
    kernel->setAttr("launch.cpu_level", builder.getI64IntegerAttr(target.level()));
    kernel->setAttr("target_cpu", builder.getStringAttr(target.llvmCPU));
    if (!target.features.empty())
      kernel->setAttr("target_features", LLVM::TargetFeaturesAttr::get(context, target.features));
    own->getBlock()->getOperations().insertAfter(Block::iterator(own), kernel);
  }
}

} // namespace attn
