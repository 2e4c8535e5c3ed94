// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// consumer-opt: attn-opt with one more dialect and nothing else.
#include "lib/Pipelines/Registration.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "test/Consumer/Consumer.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  attn::registerAttnDialects(registry);
  attn::registerAttnPasses();
  registry.insert<consumer::ConsumerDialect>();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Consumer of attn\n", registry));
}
