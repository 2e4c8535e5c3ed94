// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks a mask and what it is combined from without recursion: the IR is not known to be sound yet.
#include "dialects/Attn/MaskGraph.h"

using namespace mlir;
using namespace attn;
using Emitter = llvm::function_ref<InFlightDiagnostic()>;

namespace {
/// A mask op on the way down, and which of its operands comes next.
struct Visit {
  MaskOpInterface op;
  unsigned next = 0;
  uint64_t size = 1;
};
} // namespace

/// The next operand of a visited op that is a mask, or null.
static Value nextMask(Visit &visit) {
  while (visit.next < visit.op->getNumOperands()) {
    Value operand = visit.op->getOperand(visit.next++);
    if (isa<MaskType>(operand.getType()))
      return operand;
  }
  return {};
}

LogicalResult attn::verifyMaskGraph(Value mask, Emitter emitError) {
  auto root = mask.getDefiningOp<MaskOpInterface>();
  if (!root)
    return emitError() << "expects mask to be made by an op that implements MaskOpInterface";
  SmallVector<Visit> path = {{root}};
  llvm::SmallPtrSet<Operation *, 8> onPath = {root};
  llvm::DenseMap<Operation *, uint64_t> sizes;
  while (true) {
    Visit &top = path.back();
    if (Value operand = nextMask(top)) {
      auto op = operand.getDefiningOp<MaskOpInterface>();
      if (!op)
        return emitError() << "expects every mask to be made by an op that implements MaskOpInterface";
      if (onPath.contains(op))
        return emitError() << "expects no mask that depends on itself";
      auto known = sizes.find(op);
      if (known != sizes.end()) {
        top.size += known->second;
      } else {
        path.push_back({op});
        onPath.insert(op);
      }
      if (path.size() > maxMaskDepth)
        return emitError() << "expects masks combined at most " << maxMaskDepth << " deep";
    } else {
      uint64_t size = top.size;
      sizes[top.op] = size;
      onPath.erase(top.op);
      path.pop_back();
      if (path.empty())
        return success();
      path.back().size += size;
    }
    if (path.back().size > maxMaskSize)
      return emitError() << "expects a combination of at most " << maxMaskSize
                         << " masks, a shared one counted at each use";
  }
}

LogicalResult attn::verifyMaskFits(Value mask, ArrayRef<int64_t> shape, bool packed, Emitter emitError) {
  if (failed(verifyMaskGraph(mask, emitError)))
    return failure();
  llvm::SetVector<Operation *> ops;
  ops.insert(mask.getDefiningOp());
  for (size_t n = 0; n < ops.size(); ++n) {
    if (failed(cast<MaskOpInterface>(ops[n]).verifyPlane(shape, packed, emitError)))
      return failure();
    for (Value operand : ops[n]->getOperands())
      if (isa<MaskType>(operand.getType()))
        ops.insert(operand.getDefiningOp());
  }
  return success();
}
