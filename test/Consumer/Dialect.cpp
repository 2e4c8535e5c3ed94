// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the consumer's ops and attributes.
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectImplementation.h"
#include "test/Consumer/Consumer.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace consumer;

#include "test/Consumer/ConsumerDialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "test/Consumer/ConsumerAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "test/Consumer/ConsumerOps.cpp.inc"

void ConsumerDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "test/Consumer/ConsumerAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "test/Consumer/ConsumerOps.cpp.inc"
      >();
}
