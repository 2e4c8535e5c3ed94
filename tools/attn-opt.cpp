// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-opt: MLIR's optimizer driver with the project's dialects, passes and pipelines.
#include "lib/Pipelines/Registration.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  attn::registerAttnDialects(registry);
  attn::registerAttnPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Attn optimizer driver\n", registry));
}
