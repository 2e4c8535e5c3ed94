// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of work of a compile: guard, parse, lower, generate code, link or load.
#include "attn/Compiler.h"

#include "lib/JIT/CodeGen.h"
#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/JIT/Externals.h"
#include "lib/JIT/InputGuard.h"
#include "lib/JIT/LinkLibrary.h"
#include "lib/JIT/LoadObject.h"
#include "lib/JIT/Lowering.h"
#include "lib/JIT/ParseNamed.h"
#include "lib/Pipelines/Registration.h"

using namespace mlir;

namespace attn {

static void load(MLIRContext &context) {
  DialectRegistry registry;
  registerAttnDialects(registry);
  registerTranslations(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

Compiler::Compiler() : owned(std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED)), borrowed(owned.get()) {
  load(*borrowed);
  // Diagnostics are one line and name the place in the source, not the op on its way down.
  borrowed->printOpOnDiagnostic(false);
  // Without a handler MLIR prints.
  borrowed->getDiagEngine().registerHandler([](Diagnostic &) { return success(); });
}

Compiler::Compiler(MLIRContext &context) : borrowed(&context) { load(context); }
Compiler::~Compiler() = default;

void Compiler::setDiagnosticSink(std::function<void(Diagnostic &)> sink) { this->sink = std::move(sink); }

static llvm::Error prefixed(llvm::StringRef name, llvm::Error error) {
  return llvm::createStringError(name + ": " + llvm::toString(std::move(error)));
}

llvm::Expected<OwningOpRef<ModuleOp>> Compiler::parse(llvm::StringRef text, llvm::StringRef name,
                                                      const CompileOptions &options) {
  if (llvm::Error error = checkText(text))
    return prefixed(name, std::move(error));
  DiagnosticKeeper keeper(*borrowed, sink, owned != nullptr);
  OwningOpRef<ModuleOp> module = parseNamed(text, name, *borrowed);
  if (!module)
    return keeper.take(name + ": parsing failed");
  if (llvm::Error error = checkDialects(*module, options.lowLevelInput))
    return error;
  return module;
}

static llvm::Expected<std::string> toText(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, OpPrintingFlags().useLocalScope());
  stream << "\n";
  return text;
}

llvm::Expected<Executable> Compiler::compile(ModuleOp module, const CompileOptions &options) {
  DiagnosticKeeper keeper(*borrowed, sink, owned != nullptr);
  Lowering lowering(options, keeper);
  llvm::Expected<OwningOpRef<ModuleOp>> lowered = lowering.run(module);
  if (!lowered)
    return lowered.takeError();
  if (options.emit <= Emit::llvm) {
    llvm::Expected<std::string> text = toText(**lowered);
    return text ? llvm::Expected<Executable>(Executable(std::move(*text))) : text.takeError();
  }
  if (options.emit == Emit::assembly || options.emit == Emit::image) {
    llvm::Expected<target::DeviceCode> code = lowering.deviceCode(**lowered);
    if (!code)
      return code.takeError();
    return Executable(std::move(options.emit == Emit::image ? code->image : code->assembly));
  }
  if (llvm::Error error = lowering.checkTime())
    return error;
  llvm::Expected<llvm::SmallVector<char, 0>> object = emitObject(**lowered, lowering.baseTarget());
  if (!object)
    return keeper.take(llvm::toString(object.takeError()));
  if (options.emit == Emit::object)
    return Executable(std::string(object->begin(), object->end()));
  if (llvm::Error error = checkExternals(*object))
    return error;
  if (options.emit == Emit::jit)
    return loadObject(*object);
  llvm::Expected<std::string> library = linkLibrary(*object, lowering.secondsLeft());
  return library ? llvm::Expected<Executable>(Executable(std::move(*library))) : library.takeError();
}

llvm::Expected<Executable> Compiler::compile(llvm::StringRef text, llvm::StringRef name,
                                             const CompileOptions &options) {
  llvm::Expected<OwningOpRef<ModuleOp>> module = parse(text, name, options);
  return module ? compile(**module, options) : module.takeError();
}

} // namespace attn
