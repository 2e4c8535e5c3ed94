// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Translates a module of the LLVM dialect to LLVM IR and runs the code generator on it; no IR optimisation.
#include "lib/JIT/CodeGen.h"

#include "attn-rt/abi.h"
#include "lib/JIT/CompilerRoutines.h"
#include "lib/Target/Common/ErrorKeeper.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

namespace attn {
namespace {

/// The features of this host, because a virtual machine may lack some that its CPU's name promises.
std::string hostFeatures() {
  std::string features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features += (features.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
  return features;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createMachine(const cpu::CPUTarget &target) {
  initializeCodeGen();
  llvm::Triple triple(llvm::sys::getProcessTriple());
  std::string message;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!found)
    return llvm::createStringError("no code generator for " + triple.str() + ": " + message);
  std::string features = target.name == "native" ? hostFeatures() : "";
  if (!target.features.empty())
    features += (features.empty() ? "" : ",") + target.features;
  llvm::TargetOptions options;
  options.FunctionSections = options.DataSections = true;
  std::unique_ptr<llvm::TargetMachine> machine(found->createTargetMachine(
      triple, target.llvmCPU, features, options, llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Default));
  if (!machine)
    return llvm::createStringError("no code generator for CPU " + target.llvmCPU);
  return machine;
}

void hideSymbols(llvm::Module &module) {
  for (llvm::GlobalValue &value : module.global_values()) {
    if (value.isDeclaration() || value.hasLocalLinkage())
      continue;
    bool manifest = value.getName() == ATTN_MANIFEST_SYMBOL;
    value.setVisibility(manifest ? llvm::GlobalValue::DefaultVisibility : llvm::GlobalValue::HiddenVisibility);
    value.setDSOLocal(true);
  }
}

llvm::Expected<llvm::SmallVector<char, 0>> generate(llvm::Module &module, llvm::TargetMachine &machine,
                                                    const std::string &errors) {
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
    return llvm::createStringError("this code generator emits no objects");
  passes.run(module);
  if (!errors.empty())
    return llvm::createStringError("code generation failed: " + errors);
  return object;
}

} // namespace

void initializeCodeGen() {
  static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

void registerTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

llvm::Expected<llvm::SmallVector<char, 0>> emitObject(ModuleOp module, const cpu::CPUTarget &target) {
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine = createMachine(target);
  if (!machine)
    return machine.takeError();
  std::string errors;
  llvm::LLVMContext context;
  context.setDiagnosticHandler(std::make_unique<target::ErrorKeeper>(errors), /*RespectFilters=*/false);
  std::unique_ptr<llvm::Module> code = translateModuleToLLVMIR(module, context, "attn");
  if (!code)
    return llvm::createStringError("translation to LLVM IR failed");
  code->setDataLayout((*machine)->createDataLayout());
  code->setTargetTriple((*machine)->getTargetTriple());
  code->setPICLevel(llvm::PICLevel::BigPIC);
  if (llvm::Error error = addCompilerRoutines(*code))
    return error;
  hideSymbols(*code);
  return generate(*code, **machine, errors);
}

} // namespace attn
