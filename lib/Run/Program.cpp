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

llvm::Expected<std::unique_ptr<Program>> Program::load(llvm::StringRef path, llvm::StringRef variant,
                                                       const CompileOptions &options) {
  auto program = std::make_unique<Program>();
  std::string text, name = path.str();
  if (!variant.empty()) {
    llvm::Expected<Variant> found = findVariant(variant);
    if (!found)
      return found.takeError();
    text = found->text.str();
    name = found->fileName();
  } else {
    llvm::Expected<std::string> read = readText(path);
    if (!read)
      return read.takeError();
    text = std::move(*read);
  }
  auto module = program->theCompiler.parse(text, name, options);
  if (!module)
    return module.takeError();
  program->theModule = std::move(*module);
  return program;
}

bool Program::isAttnLevel() {
  return llvm::all_of(module().getOps(), [](Operation &op) {
    llvm::StringRef dialect = op.getName().getDialectNamespace();
    return dialect == "func" || dialect == "attn";
  });
}

llvm::Expected<func::FuncOp> Program::find(llvm::StringRef entry) {
  llvm::SmallVector<func::FuncOp> functions;
  std::string names;
  for (auto function : module().getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    if (function.getSymName() == entry)
      return function;
    names += (functions.empty() ? "" : ", ") + function.getSymName().str();
    functions.push_back(function);
  }
  if (functions.empty())
    return llvm::createStringError("expects a public function, but the file has none");
  if (!entry.empty())
    return llvm::createStringError("no entry '" + entry + "'; there are " + names);
  if (functions.size() > 1)
    return llvm::createStringError("expects --entry, because there are several: " + names);
  return functions.front();
}

std::string nameOf(func::FuncOp function, unsigned number) {
  auto names = function->getAttrOfType<ArrayAttr>("arg_names");
  if (names && number < names.size())
    if (auto name = dyn_cast<StringAttr>(names[number]))
      return name.str();
  return "#" + std::to_string(number);
}

} // namespace attn
