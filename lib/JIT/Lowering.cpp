// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the pipelines between the levels, one after another.
#include "lib/JIT/Lowering.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace attn {

Level levelOf(ModuleOp module) {
  Level level = Level::attn;
  for (Operation &op : *module.getBody()) {
    llvm::StringRef dialect = op.getName().getDialectNamespace();
    if (dialect == "llvm")
      return Level::llvm;
    if (dialect == "tile" || dialect == "launch")
      level = Level::tile;
  }
  return level;
}

Lowering::Lowering(const CompileOptions &options, DiagnosticKeeper &keeper) : options(options), keeper(keeper) {}

llvm::Error Lowering::checkTime() const {
  if (options.cancelled && options.cancelled->load())
    return llvm::createStringError("the compile was cancelled");
  if (options.deadline && std::chrono::steady_clock::now() - start > *options.deadline)
    return llvm::createStringError("the compile took longer than its deadline of " +
                                   llvm::Twine(options.deadline->count()) + " ms");
  return llvm::Error::success();
}

unsigned Lowering::secondsLeft() const {
  if (!options.deadline)
    return 0;
  auto left = start + *options.deadline - std::chrono::steady_clock::now();
  return std::max<int64_t>(1, std::chrono::ceil<std::chrono::seconds>(left).count());
}

llvm::Error Lowering::chooseTargets() {
  if (options.target != "cpu")
    return llvm::createStringError("expects target cpu, but got '" + options.target + "'");
  llvm::StringRef name = options.cpu;
  if (name.empty())
    name = options.emit == Emit::jit ? "native" : "x86-64-v3";
  llvm::Expected<cpu::CPUTarget> described = cpu::describeTarget(name);
  if (!described)
    return described.takeError();
  base = *described;
  return llvm::Error::success();
}

llvm::Error Lowering::runPasses(ModuleOp module, llvm::StringRef what,
                                llvm::function_ref<void(OpPassManager &)> build) {
  if (llvm::Error error = checkTime())
    return error;
  PassManager passes(module->getContext());
  build(passes);
  if (failed(passes.run(module)))
    return keeper.take(what + " failed");
  return llvm::Error::success();
}

llvm::Expected<OwningOpRef<ModuleOp>> Lowering::run(ModuleOp module) {
  if (llvm::Error error = chooseTargets())
    return error;
  OwningOpRef<ModuleOp> work = module.clone();
  if (levelOf(module) == Level::llvm)
    return work;
  return llvm::createStringError("lowering from the level of attn or tile is not there yet");
}

} // namespace attn
