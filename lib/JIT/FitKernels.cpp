// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lowers entries again with smaller tiles until the assembler says that nothing spills.
#include "lib/JIT/FitKernels.h"

#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/JIT/KernelVariants.h"
#include "lib/JIT/SplitEntries.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace attn {

namespace {
/// What an entry's kernels spill.
struct Spills {
  int64_t bytes = 0;
  int64_t most = 0; ///< of one kernel
  std::string kernel;
};
} // namespace

/// Of the form that takes any tensor.
static Spills spillsOf(launch::EntryOp entry, const target::DeviceCode &code) {
  llvm::StringSet<> launched = kernelsOf(entry);
  Spills spills;
  for (const target::DeviceFunction &function : code.functions) {
    if (function.symbol != function.kernel || !launched.contains(function.kernel))
      continue;
    for (const target::KernelReport &report : code.reports) {
      if (report.name != function.function)
        continue;
      spills.bytes += report.spilledBytes;
      if (report.spilledBytes > spills.most) {
        spills.most = report.spilledBytes;
        spills.kernel = function.kernel;
      }
    }
  }
  return spills;
}

static bool isKernel(LLVM::LLVMFuncOp function) { return function->hasAttr(launch::kernelAttr); }

/// Whether another form of one of the entry's kernels is there.
static bool hasForms(launch::EntryOp entry, ModuleOp module) {
  llvm::StringSet<> launched = kernelsOf(entry);
  return llvm::any_of(module.getOps<LLVM::LLVMFuncOp>(), [&](LLVM::LLVMFuncOp function) {
    auto formOf = function->getAttrOfType<FlatSymbolRefAttr>(launch::variantOfAttr);
    return formOf && launched.contains(formOf.getValue());
  });
}

/// Whether all kernels are those of another module already.
static bool areKernelsOf(ModuleOp module, ModuleOp other) {
  return llvm::all_of(module.getOps<LLVM::LLVMFuncOp>(), [&](LLVM::LLVMFuncOp function) {
    auto twin = other.lookupSymbol<LLVM::LLVMFuncOp>(function.getSymName());
    return !isKernel(function) ||
           (twin && OperationEquivalence::isEquivalentTo(function, twin, OperationEquivalence::IgnoreLocations));
  });
}

namespace {
/// One entry on its way down the ladder.
class EntryFitter {
public:
  EntryFitter(ModuleOp module, launch::EntryOp entry, const SmallerTiles &smaller)
      : module(module), entry(entry), smaller(smaller), keepsHost(smaller.keepsHost || hasForms(entry, module)) {}

  bool run(ModuleOp source, const Spills &first);

private:
  /// The entry by a step, and what it spills; null where the step makes nothing else, or nothing that is wanted.
  std::pair<OwningOpRef<ModuleOp>, Spills> attempt(ModuleOp source, StringRef step);

  ModuleOp module;
  launch::EntryOp entry;
  const SmallerTiles &smaller;
  bool keepsHost;
  ModuleOp last; ///< of which the step before made the kernels
};
} // namespace

std::pair<OwningOpRef<ModuleOp>, Spills> EntryFitter::attempt(ModuleOp source, StringRef step) {
  // A step that fails is none.
  DiagnosticKeeper quiet(*module.getContext(), nullptr, /*consume=*/true);
  llvm::Expected<OwningOpRef<ModuleOp>> lowered = smaller.lower(source, step);
  if (!lowered)
    return llvm::consumeError(lowered.takeError()), std::pair<OwningOpRef<ModuleOp>, Spills>();
  auto made = (*lowered).get().lookupSymbol<launch::EntryOp>(entry.getSymName());
  if (!made || areKernelsOf(**lowered, last) || (keepsHost && findDifference(**lowered, module)))
    return {};
  llvm::Expected<target::DeviceCode> code = smaller.assemble(**lowered);
  if (!code)
    return llvm::consumeError(code.takeError()), std::pair<OwningOpRef<ModuleOp>, Spills>();
  Spills spills = spillsOf(made, *code);
  return {std::move(*lowered), spills};
}

bool EntryFitter::run(ModuleOp source, const Spills &first) {
  std::vector<OwningOpRef<ModuleOp>> tried;
  Spills least = first;
  ModuleOp best;
  StringRef taken;
  last = module;
  for (StringRef step : smaller.steps) {
    auto [lowered, spills] = attempt(source, step);
    if (!lowered)
      continue;
    tried.push_back(std::move(lowered));
    last = *tried.back();
    if (spills.bytes >= least.bytes)
      continue;
    least = spills;
    best = last;
    taken = step;
    if (!least.bytes)
      break;
  }
  InFlightDiagnostic remark = emitRemark(entry.getLoc());
  remark << "[variants] tiles = " << (best ? taken : "as chosen") << ": " << first.bytes << " bytes spilled in '"
         << first.kernel << "'";
  if (!best)
    remark << ", and no smaller ones spill less";
  else if (least.bytes)
    remark << ", now " << least.bytes;
  if (best)
    replaceEntry(module, best, entry);
  return static_cast<bool>(best);
}

bool fitKernels(ModuleOp module, ModuleOp source, const target::DeviceCode &code, const SmallerTiles &smaller) {
  bool isChanged = false;
  for (auto entry : llvm::make_early_inc_range(module.getOps<launch::EntryOp>())) {
    Spills spills = spillsOf(entry, code);
    if (spills.bytes)
      isChanged |= EntryFitter(module, entry, smaller).run(*onlyEntry(source, entry.getSymName()), spills);
  }
  return isChanged;
}

} // namespace attn
