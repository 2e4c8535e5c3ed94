// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of check, expect and yield.
#include "dialects/Launch/LaunchOps.h"

using namespace mlir;
using namespace attn::launch;

/// Reports an op that stands in the body instead of the contract.
static LogicalResult verifyInContract(Operation *op) {
  if (op->getParentRegion() == &cast<EntryOp>(op->getParentOp()).getContract())
    return success();
  return op->emitOpError("expects to stand in the contract, but stands in the body");
}

LogicalResult CheckOp::verify() {
  if (getMessage().empty())
    return emitOpError("expects a message, but got an empty one");
  return verifyInContract(*this);
}

/// Whether a promise is about values and so needs a bound.
static bool isBounded(Promise promise) {
  return promise == Promise::lengths || promise == Promise::cumulative || promise == Promise::indices;
}

static LogicalResult verifyElements(ExpectOp op) {
  MemRefType type = op.getArgument().getType();
  Type element = type.getElementType();
  if (op.getPromise() == Promise::boolean)
    return element.isInteger(8) ? success() : op.emitOpError() << "expects boolean elements to be i8, but got " << type;
  if (!isBounded(op.getPromise()))
    return success();
  if (!element.isInteger(32) && !element.isInteger(64))
    return op.emitOpError() << "expects " << stringifyPromise(op.getPromise()) << " to be i32 or i64, but got " << type;
  if (op.getPromise() == Promise::cumulative && type.getRank() != 1)
    return op.emitOpError() << "expects cumulative lengths to have rank 1, but got " << type;
  return success();
}

LogicalResult ExpectOp::verify() {
  StringRef name = stringifyPromise(getPromise());
  for (Value memref : {getArgument(), getCounts()}) {
    if (!memref)
      continue;
    auto argument = dyn_cast<BlockArgument>(memref);
    if (!argument || argument.getOwner()->getParentOp() != (*this)->getParentOp())
      return emitOpError("expects an argument of the entry, but got another value");
  }
  if (isBounded(getPromise()) != bool(getBound()))
    return emitOpError() << (getBound() ? "expects no bound for " : "expects a bound for ") << name;
  if ((getPromise() == Promise::indices) != bool(getCounts()))
    return emitOpError() << (getCounts() ? "expects no counts for " : "expects counts for ") << name;
  if (failed(verifyElements(*this)))
    return failure();
  if (getCounts()) {
    int64_t rank = getArgument().getType().getRank();
    int64_t counts = getCounts().getType().getRank();
    if (counts != rank - 1)
      return emitOpError() << "expects counts of one rank less than indices, but got ranks " << counts << " and "
                           << rank;
  }
  return verifyInContract(*this);
}

LogicalResult YieldOp::verify() { return verifyInContract(*this); }
