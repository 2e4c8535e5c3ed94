// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Translates kernels to LLVM IR, tidies that up, and runs the code generator on it.
#include "lib/Target/CUDA/EmitPTX.h"

#include "lib/Target/CUDA/FatalErrors.h"
#include "lib/Target/Common/ErrorKeeper.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

using namespace mlir;

namespace attn::cuda {
namespace {

void initializeNVPTX() {
  static const bool done = [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    return true;
  }();
  (void)done;
}

/// Everything that one run of the code generator owns. Left alone after a fatal error, which leaves it in any state.
struct Session {
  std::string errors;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> code;
  llvm::SmallVector<char, 0> assembly;
};

llvm::Error createMachine(Session &session, const Chip &chip) {
  initializeNVPTX();
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string message;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!found)
    return llvm::createStringError("this LLVM makes no PTX: " + message);
  session.machine.reset(found->createTargetMachine(triple, chip.name, chip.features, llvm::TargetOptions(), std::nullopt,
                                                   std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  return session.machine ? llvm::Error::success()
                         : llvm::createStringError("this LLVM makes no PTX for " + llvm::Twine(chip.name));
}

/// What the passes before leave behind: allocas of small arrays, repeated address arithmetic, invariants of loops.
void tidy(llvm::Module &code, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::FunctionPassManager passes;
  passes.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
  passes.addPass(llvm::EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(llvm::SimplifyCFGPass());
  passes.addPass(llvm::InstCombinePass());
  passes.addPass(llvm::createFunctionToLoopPassAdaptor(llvm::LICMPass(llvm::LICMOptions()), /*UseMemorySSA=*/true));
  passes.addPass(llvm::EarlyCSEPass());
  passes.addPass(llvm::InstCombinePass());
  llvm::ModulePassManager all;
  all.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(passes)));
  all.run(code, modules);
}

void generate(Session &session) {
  tidy(*session.code, *session.machine);
  llvm::raw_svector_ostream stream(session.assembly);
  llvm::legacy::PassManager passes;
  if (session.machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile))
    session.errors = "this code generator emits no text";
  else
    passes.run(*session.code);
}

llvm::Error translate(Session &session, ModuleOp kernels) {
  session.context.setDiagnosticHandler(std::make_unique<target::ErrorKeeper>(session.errors), /*RespectFilters=*/false);
  session.code = translateModuleToLLVMIR(kernels, session.context, "attn");
  if (!session.code)
    return llvm::createStringError("translation to LLVM IR failed");
  session.code->setDataLayout(session.machine->createDataLayout());
  session.code->setTargetTriple(session.machine->getTargetTriple());
  std::string broken;
  llvm::raw_string_ostream stream(broken);
  if (llvm::verifyModule(*session.code, &stream))
    return llvm::createStringError("expects device code that LLVM takes, but " + llvm::StringRef(broken).rtrim());
  return llvm::Error::success();
}

} // namespace

void registerTranslations(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

llvm::Expected<std::string> emitPTX(ModuleOp kernels, const Chip &chip) {
  auto session = std::make_unique<Session>();
  if (llvm::Error error = createMachine(*session, chip))
    return error;
  if (llvm::Error error = translate(*session, kernels))
    return error;
  std::string reason;
  if (!runGuarded([&] { generate(*session); }, reason)) {
    (void)session.release();
    return llvm::createStringError("LLVM cannot make PTX of it: " + reason);
  }
  if (!session->errors.empty())
    return llvm::createStringError("LLVM cannot make PTX of it: " + session->errors);
  return std::string(session->assembly.begin(), session->assembly.end());
}

} // namespace attn::cuda
