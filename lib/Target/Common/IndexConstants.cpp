// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes each index constant once.
#include "lib/Target/Common/IndexConstants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace attn::target {

Value IndexConstants::get(OpBuilder &builder, Block &entry, Location loc, int64_t value) {
  Value &constant = known[value];
  if (!constant) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&entry);
    constant = arith::ConstantIndexOp::create(builder, loc, value);
  }
  return constant;
}

} // namespace attn::target
