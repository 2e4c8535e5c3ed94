// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies a module and drops what other entries need.
#include "lib/JIT/SplitEntries.h"

#include "dialects/Tile/TileOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace attn {

static bool isEntry(Operation &op) { return isa<func::FuncOp, launch::EntryOp>(op); }

OwningOpRef<ModuleOp> onlyEntry(ModuleOp module, llvm::StringRef name) {
  OwningOpRef<ModuleOp> part = module.clone();
  for (Operation &op : llvm::make_early_inc_range(*part->getBody()))
    if (isEntry(op) && SymbolTable::getSymbolName(&op).getValue() != name)
      op.erase();
  for (auto kernel : llvm::make_early_inc_range(part->getOps<tile::KernelOp>()))
    if (SymbolTable::symbolKnownUseEmpty(kernel, *part))
      kernel.erase();
  return part;
}

std::vector<OwningOpRef<ModuleOp>> splitEntries(ModuleOp module) {
  SmallVector<StringRef> names;
  for (Operation &op : *module.getBody())
    if (isEntry(op))
      names.push_back(SymbolTable::getSymbolName(&op).getValue());
  std::vector<OwningOpRef<ModuleOp>> parts;
  for (size_t i = 0; i < names.size() && names.size() > 1; ++i)
    parts.push_back(onlyEntry(module, names[i]));
  return parts;
}

llvm::StringSet<> kernelsOf(launch::EntryOp entry) {
  llvm::StringSet<> names;
  entry.walk([&](launch::KernelOp op) { names.insert(op.getCallee()); });
  return names;
}

} // namespace attn
