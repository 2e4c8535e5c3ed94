// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the input of a tool and finds its functions.
#include "lib/Run/Program.h"

#include "lib/Run/Variants.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;

namespace attn {

static llvm::Expected<std::string> readText(llvm::StringRef path) {
  auto buffer = path == "-" ? llvm::MemoryBuffer::getSTDIN() : llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError("cannot read '" + path + "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

llvm::Expected<std::unique_ptr<Program>> Program::parse(llvm::StringRef text, llvm::StringRef name,
                                                        const CompileOptions &options) {
  auto program = std::make_unique<Program>();
  auto module = program->theCompiler.parse(text, name, options);
  if (!module)
    return module.takeError();
  program->theModule = std::move(*module);
  return program;
}

llvm::Expected<std::unique_ptr<Program>> Program::load(llvm::StringRef path, llvm::StringRef variant,
                                                       const CompileOptions &options) {
  if (!variant.empty()) {
    llvm::Expected<Variant> found = findVariant(variant);
    return found ? parse(found->text, found->fileName(), options) : found.takeError();
  }
  llvm::Expected<std::string> text = readText(path);
  return text ? parse(*text, path, options) : text.takeError();
}

bool Program::isAttnLevel() {
  return llvm::all_of(module().getOps(), [](Operation &op) {
    llvm::StringRef dialect = op.getName().getDialectNamespace();
    return dialect == "func" || dialect == "attn";
  });
}

llvm::SmallVector<func::FuncOp> Program::functions() {
  return llvm::to_vector(llvm::make_filter_range(module().getOps<func::FuncOp>(), [](func::FuncOp function) {
    return function.isPublic() && !function.isExternal();
  }));
}

llvm::Expected<func::FuncOp> Program::find(llvm::StringRef entry) {
  std::string names;
  for (func::FuncOp function : functions()) {
    if (function.getSymName() == entry)
      return function;
    names += (names.empty() ? "" : ", ") + function.getSymName().str();
  }
  if (names.empty())
    return llvm::createStringError("expects a public function, but the file has none");
  if (!entry.empty())
    return llvm::createStringError("no entry '" + entry + "'; there are " + names);
  if (functions().size() > 1)
    return llvm::createStringError("expects --entry, because there are several: " + names);
  return functions().front();
}

llvm::Expected<func::FuncOp> Program::findOrigin(llvm::StringRef entry) {
  func::FuncOp origin;
  for (func::FuncOp function : functions()) {
    llvm::StringRef name = function.getSymName();
    bool fits = entry == name || (entry.starts_with(name) && entry.substr(name.size()).starts_with("."));
    if (fits && (!origin || name.size() > origin.getSymName().size()))
      origin = function;
  }
  if (!origin)
    return llvm::createStringError("the source of the library has no function for the entry '" + entry + "'");
  return origin;
}

std::string Program::listFunctions() {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (func::FuncOp function : functions()) {
    stream << function.getSymName() << "(";
    for (auto [number, type] : llvm::enumerate(function.getArgumentTypes()))
      stream << (number ? ", " : "") << nameOf(function, number) << ": " << type;
    stream << ") -> (";
    for (auto [number, type] : llvm::enumerate(function.getResultTypes()))
      stream << (number ? ", " : "") << nameOf(function, function.getNumArguments() + number) << ": " << type;
    stream << ")\n";
  }
  return text;
}

std::string nameOf(func::FuncOp function, unsigned number) {
  auto names = function->getAttrOfType<ArrayAttr>("arg_names");
  if (names && number < names.size())
    if (auto name = dyn_cast<StringAttr>(names[number]))
      return name.str();
  return "#" + std::to_string(number);
}

} // namespace attn
