// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-opt: MLIR's optimizer driver with the project's dialects, passes and pipelines.
#include "lib/JIT/InputGuard.h"
#include "lib/Pipelines/Registration.h"

#include "llvm/Support/MemoryBuffer.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

/// Refuses a file that MLIR's text parser would not survive. Bytecode and standard input pass.
static bool survivesParsing(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (path == "-" || !file || (*file)->getBuffer().starts_with("ML\xefR"))
    return true;
  if (llvm::Error error = attn::checkText((*file)->getBuffer())) {
    llvm::errs() << "attn-opt: " << path << ": " << llvm::toString(std::move(error)) << '\n';
    return false;
  }
  return true;
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  attn::registerAttnDialects(registry);
  attn::registerAttnPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(argc, argv, "Attn optimizer driver\n", registry);
  if (!survivesParsing(input))
    return 1;
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));
}
