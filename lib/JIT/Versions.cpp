// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs --attn-specialise once a function and version.
#include "lib/JIT/Versions.h"

#include "lib/Transforms/Attn/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace attn {

/// Checks one size; several terms may have head sizes of their own.
static llvm::Error checkSize(llvm::StringRef name, llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> sizes;
  text.split(sizes, ',');
  for (llvm::StringRef size : sizes) {
    int64_t number;
    bool isSeveral = sizes.size() > 1 && name != "D";
    if (isSeveral || size.getAsInteger(10, number) || number < 1)
      return llvm::createStringError("--specialise expects " + name + "= to be a size of 1 or more" +
                                     (name == "D" ? ", or one for each term with commas between" : "") +
                                     ", and spaces between sizes, but got '" + text + "'");
  }
  return llvm::Error::success();
}

static llvm::Error checkVersion(llvm::StringRef version) {
  static const llvm::StringRef known[] = {"D", "Dv", "B", "H", "Hkv", "M", "N", "type"};
  llvm::SmallVector<llvm::StringRef> words;
  version.split(words, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef word : words) {
    auto [name, value] = word.split('=');
    if (!word.contains('=') || !llvm::is_contained(known, name))
      return llvm::createStringError("--specialise expects D=, Dv=, B=, H=, Hkv=, M=, N= or type=, but got '" + word +
                                     "'");
    if (name != "type")
      if (llvm::Error error = checkSize(name, value))
        return error;
  }
  return words.empty() ? llvm::createStringError("--specialise expects sizes like \"D=128 type=bf16\", but got none")
                       : llvm::Error::success();
}

static llvm::Error makeVersion(ModuleOp module, llvm::StringRef function, llvm::StringRef version,
                               DiagnosticKeeper &keeper) {
  std::unique_ptr<Pass> pass = createSpecialisePass();
  std::string text = ("entry=" + function + " keep=true " + version).str(), reason;
  if (failed(pass->initializeOptions(text, [&](const llvm::Twine &message) {
        reason = message.str();
        return failure();
      })))
    return llvm::createStringError("--specialise \"" + version + "\": " + reason);
  PassManager passes(module->getContext());
  passes.addPass(std::move(pass));
  return failed(passes.run(module)) ? keeper.take("specialising failed") : llvm::Error::success();
}

llvm::Error makeVersions(ModuleOp module, llvm::ArrayRef<std::string> versions, DiagnosticKeeper &keeper) {
  if (versions.empty())
    return llvm::Error::success();
  llvm::SmallVector<func::FuncOp> functions;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      functions.push_back(function);
  // Each copy lands right behind its function, so the last version goes first.
  for (const std::string &version : llvm::reverse(versions)) {
    if (llvm::Error error = checkVersion(version))
      return error;
    for (func::FuncOp function : functions)
      if (llvm::Error error = makeVersion(module, function.getSymName(), version, keeper))
        return error;
  }
  for (func::FuncOp function : functions)
    function.erase();
  return llvm::Error::success();
}

} // namespace attn
