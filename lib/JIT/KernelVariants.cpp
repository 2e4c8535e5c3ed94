// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves kernels between modules under names and attributes of their level.
#include "lib/JIT/KernelVariants.h"

#include "attn-rt/abi.h"
#include "dialects/Launch/LaunchOps.h"
#include "lib/JIT/SplitEntries.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace attn {

launch::EntryOp findDifference(ModuleOp module, ModuleOp other) {
  for (auto entry : module.getOps<launch::EntryOp>()) {
    auto twin = other.lookupSymbol<launch::EntryOp>(entry.getSymName());
    if (!twin || !OperationEquivalence::isEquivalentTo(entry, twin, OperationEquivalence::IgnoreLocations))
      return entry;
  }
  return nullptr;
}

/// Whether the host code differs; then a remark says so.
static bool differs(ModuleOp module, ModuleOp other, const llvm::Twine &name) {
  launch::EntryOp entry = findDifference(module, other);
  if (entry)
    mlir::emitRemark(entry.getLoc()) << "[variants] levels = one: the host code for " << name << " differs";
  return entry != nullptr;
}

void addKernelVariants(ModuleOp module, ModuleOp other, const cpu::CPUTarget &target) {
  if (differs(module, other, target.name))
    return;
  MLIRContext *context = module.getContext();
  Builder builder(context);
  for (auto kernel : llvm::make_early_inc_range(other.getOps<func::FuncOp>())) {
    auto own = module.lookupSymbol<func::FuncOp>(kernel.getSymName());
    if (!own || !kernel->hasAttr(launch::kernelAttr))
      continue;
    kernel->remove();
    kernel.setSymName((own.getSymName() + "." + target.name).str());
    kernel->setAttr(launch::variantOfAttr, FlatSymbolRefAttr::get(own));
    kernel->setAttr(launch::cpuLevelAttr, builder.getI64IntegerAttr(target.level()));
    kernel->setAttr("target_cpu", builder.getStringAttr(target.llvmCPU));
    if (!target.features.empty())
      kernel->setAttr("target_features", LLVM::TargetFeaturesAttr::get(context, target.features));
    own->getBlock()->getOperations().insertAfter(Block::iterator(own), kernel);
  }
}

/// Copies the symbols that an op uses and the module lacks.
static void addSymbolsOf(Operation *op, ModuleOp module, ModuleOp other) {
  std::optional<SymbolTable::UseRange> uses = SymbolTable::getSymbolUses(op);
  for (const SymbolTable::SymbolUse &use : uses ? *uses : SymbolTable::UseRange({})) {
    StringAttr name = use.getSymbolRef().getRootReference();
    Operation *used = other.lookupSymbol(name);
    if (used && !module.lookupSymbol(name))
      OpBuilder::atBlockBegin(module.getBody()).clone(*used);
  }
}

void addKernelForms(ModuleOp module, ModuleOp other, llvm::StringRef form, const llvm::StringMap<std::string> &slow,
                    llvm::StringSet<> &settled) {
  for (auto kernel : llvm::make_early_inc_range(other.getOps<LLVM::LLVMFuncOp>())) {
    auto own = module.lookupSymbol<LLVM::LLVMFuncOp>(kernel.getSymName());
    if (!own || !kernel->hasAttr(launch::kernelAttr) || settled.contains(own.getSymName()))
      continue;
    auto refuse = [&](const llvm::Twine &reason) {
      emitRemark(kernel.getLoc()) << "[variants] " << form << " = none: in '" << own.getSymName() << "' " << reason;
    };
    auto asked = kernel->getAttrOfType<ArrayAttr>(launch::descriptorsAttr);
    if (!asked || asked.empty()) {
      refuse("no copy by a tensor map");
      settled.insert(own.getSymName());
      continue;
    }
    if (auto found = slow.find(kernel.getSymName()); found != slow.end()) {
      refuse(found->second);
      continue;
    }
    settled.insert(own.getSymName());
    addSymbolsOf(kernel, module, other);
    kernel->remove();
    kernel.setSymName((own.getSymName() + "." + form).str());
    kernel->setAttr(launch::variantOfAttr, FlatSymbolRefAttr::get(own));
    own->getBlock()->getOperations().insert(Block::iterator(own), kernel);
  }
}

void replaceEntry(ModuleOp module, ModuleOp other, launch::EntryOp entry) {
  auto made = other.lookupSymbol<launch::EntryOp>(entry.getSymName());
  for (const auto &name : kernelsOf(entry))
    if (Operation *kernel = module.lookupSymbol(name.getKey()))
      kernel->erase();
  for (auto kernel : llvm::make_early_inc_range(other.getOps<LLVM::LLVMFuncOp>())) {
    if (!kernel->hasAttr(launch::kernelAttr))
      continue;
    addSymbolsOf(kernel, module, other);
    kernel->moveBefore(entry);
  }
  made->moveBefore(entry);
  entry.erase();
}

/// Appends to an array attribute; returns the new element's index.
static int64_t append(Operation *op, llvm::StringRef name, Attribute element) {
  SmallVector<Attribute> elements;
  if (auto array = op->getAttrOfType<ArrayAttr>(name))
    llvm::append_range(elements, array);
  elements.push_back(element);
  op->setAttr(name, ArrayAttr::get(op->getContext(), elements));
  return elements.size() - 1;
}

void addDeviceCode(ModuleOp module, ModuleOp form, const target::DeviceCode &code, llvm::StringRef target) {
  if (module != form && differs(module, form, code.chip))
    return;
  Builder builder(module.getContext());
  NamedAttrList image;
  image.append("target", builder.getStringAttr(target));
  image.append("chip", builder.getStringAttr(code.chip));
  image.append("capability", builder.getI64IntegerAttr(code.capability));
  image.append("exact", builder.getBoolAttr(code.exact));
  if (!code.image.empty())
    image.append("binary", builder.getStringAttr(code.image));
  if (!code.assembly.empty())
    image.append("portable", builder.getStringAttr(code.assembly));
  int64_t index = append(module, launch::imagesAttr, image.getDictionary(module.getContext()));

  for (const target::DeviceFunction &function : code.functions) {
    auto kernel = form.lookupSymbol<LLVM::LLVMFuncOp>(function.symbol);
    auto own = module.lookupSymbol<LLVM::LLVMFuncOp>(function.kernel);
    if (!own || !kernel)
      continue;
    NamedAttrList variant;
    variant.append("image", builder.getI64IntegerAttr(index));
    variant.append("function", builder.getStringAttr(function.function));
    for (auto [name, attribute] : {std::pair("threads", launch::threadsAttr), {"shared", launch::sharedAttr},
                                   {"persistent", launch::persistentAttr}, {"starts_early", launch::startsEarlyAttr},
                                   {"descriptors", launch::descriptorsAttr}})
      if (Attribute value = kernel->getAttr(attribute))
        variant.append(name, value);
    append(own, launch::deviceVariantsAttr, variant.getDictionary(module.getContext()));
  }
}

void dropDeviceBodies(ModuleOp module) {
  for (Operation &op : llvm::make_early_inc_range(*module.getBody())) {
    auto kernel = dyn_cast<LLVM::LLVMFuncOp>(op);
    if (kernel && kernel->hasAttr(launch::kernelAttr) && !kernel->hasAttr(launch::variantOfAttr)) {
      OpBuilder builder(kernel);
      auto declaration =
          LLVM::LLVMFuncOp::create(builder, kernel.getLoc(), kernel.getSymName(), kernel.getFunctionType());
      for (llvm::StringRef name : {llvm::StringRef(launch::kernelAttr), llvm::StringRef(launch::deviceVariantsAttr)})
        if (Attribute value = kernel->getAttr(name))
          declaration->setAttr(name, value);
      kernel.erase();
    } else if (op.getName().getDialectNamespace() == "llvm") {
      op.erase();
    }
  }
}

} // namespace attn
