// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the attn dialect's ops, types and attributes.
#include "dialects/Attn/AttnDialect.h"
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "dialects/Attn/AttnDialect.cpp.inc"

mlir::Operation *attn::AttnDialect::materializeConstant(mlir::OpBuilder &builder, mlir::Attribute value,
                                                        mlir::Type type, mlir::Location loc) {
  return mlir::arith::ConstantOp::materialize(builder, value, type, loc);
}

void attn::AttnDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/Attn/AttnOps.cpp.inc"
      >();
}
