// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies kernels and the symbols that they reach, and checks what they ask of a chip.
#include "dialects/Launch/LaunchDialect.h"
#include "lib/Target/CUDA/SplitKernels.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace attn::cuda {

bool isKernel(LLVM::LLVMFuncOp function) {
  return function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()) && !function.isExternal();
}

OwningOpRef<ModuleOp> splitKernels(ModuleOp module) {
  llvm::SetVector<Operation *> reached;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (isKernel(function))
      reached.insert(function);
  for (size_t i = 0; i < reached.size(); ++i) {
    std::optional<SymbolTable::UseRange> uses = SymbolTable::getSymbolUses(reached[i]);
    for (const SymbolTable::SymbolUse &use : uses ? *uses : SymbolTable::UseRange({}))
      if (Operation *symbol = module.lookupSymbol(use.getSymbolRef().getRootReference()))
        if (isa<LLVM::LLVMFuncOp, LLVM::GlobalOp>(symbol))
          reached.insert(symbol);
  }
  OwningOpRef<ModuleOp> kernels = ModuleOp::create(module.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(kernels->getBody());
  for (Operation &op : *module.getBody()) // in the order of the text
    if (reached.contains(&op))
      builder.clone(op);
  return kernels;
}

/// PTX has letters, digits, _ and $ in names, and no digit first.
static std::string nameInPTX(StringRef name) {
  std::string text;
  for (char c : name) {
    if (llvm::isAlnum(c) || c == '_')
      text += c;
    else
      text += c == '.' ? "$" : "$" + llvm::utohexstr((unsigned char)c, /*LowerCase=*/true) + "$";
  }
  return text.empty() || llvm::isDigit(text.front()) ? "_" + text : text;
}

std::vector<target::DeviceFunction> renameSymbols(ModuleOp kernels) {
  std::vector<target::DeviceFunction> functions;
  SymbolTable table(kernels);
  for (Operation &op : *kernels.getBody()) {
    std::string old = SymbolTable::getSymbolName(&op).str(), name = nameInPTX(old);
    // Declarations are intrinsics, or refused later.
    auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
    if (name != old && !(function && function.isExternal())) {
      for (unsigned n = 0; table.lookup(name); ++n)
        name = nameInPTX(old) + "$" + std::to_string(n);
      (void)table.rename(&op, name); // fails where the name is taken alone
    }
    if (!function || !isKernel(function))
      continue;
    auto formOf = function->getAttrOfType<FlatSymbolRefAttr>(launch::variantOfAttr);
    functions.push_back({formOf ? formOf.getValue().str() : old, old, SymbolTable::getSymbolName(&op).str()});
  }
  return functions;
}

static int64_t numberOf(Operation *op, StringRef name) {
  auto number = op->getAttrOfType<IntegerAttr>(name);
  return number ? number.getInt() : 0;
}

LogicalResult checkLimits(ModuleOp kernels, const Chip &chip) {
  int64_t globals = 0;
  for (auto global : kernels.getOps<LLVM::GlobalOp>())
    if (global.getAddrSpace() == 3)
      if (auto array = dyn_cast<LLVM::LLVMArrayType>(global.getType()))
        globals += array.getNumElements() * llvm::divideCeil(array.getElementType().isIntOrFloat()
                                                                ? array.getElementType().getIntOrFloatBitWidth()
                                                                : 8,
                                                            8);
  for (auto function : kernels.getOps<LLVM::LLVMFuncOp>()) {
    if (!isKernel(function))
      continue;
    int64_t shared = numberOf(function, launch::sharedAttr) + globals, threads = numberOf(function, launch::threadsAttr);
    if (shared > chip.sharedBytes)
      return function.emitError() << "expects at most " << chip.sharedBytes << " bytes of shared memory on "
                                  << chip.name << ", but '" << function.getSymName() << "' wants " << shared;
    if (threads > chip.maxThreads)
      return function.emitError() << "expects at most " << chip.maxThreads << " threads of a block on " << chip.name
                                  << ", but '" << function.getSymName() << "' wants " << threads;
  }
  return success();
}

} // namespace attn::cuda
