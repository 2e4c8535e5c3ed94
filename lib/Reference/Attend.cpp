// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: the chain it means, put together from the same steps as the chain's own ops.
#include "dialects/Attn/AttnOps.h"
#include "lib/Reference/Stages.h"

using namespace mlir;
using namespace attn::reference;

bool attn::reference::evaluateAttend(Operation *operation, Scope &scope) {
  auto op = dyn_cast<attn::AttendOp>(operation);
  if (!op)
    return false;
  ScoreOperands operands{op.getTerms(),  op.getScales(), op.alignment() == attn::Align::BottomRight,
                         op.getCuQ(),    op.getCuK(),    op.getLenQ(),
                         op.getLenK()};
  Plane scores = makeScores(operands, op, scope);
  if (scope.errors.any())
    return true;
  if (!op.getScore().empty())
    addRegion(scores, op.getScore(), op.getCaptures(), op, scope);
  if (op.getMask())
    addMask(scores, op.getMask(), op, scope);
  Plane weights = scores;
  addNormalizer(weights, {op.getNormalizer(), op.getNormalizerCaptures(), op.getSinkIncluded().value_or(false), op},
                scope);
  Plane normalized = weights;
  if (!op.getWeight().empty())
    addRegion(weights, op.getWeight(), op.getCaptures(), op, scope);
  if (scope.errors.any())
    return true;

  ProductUse use{weights, op, scope};
  size_t next = 0;
  for (attn::AttendResult request : op.requested()) {
    if (scope.errors.any())
      return true;
    Value result = op.getOutputs()[next];
    Type type = result.getType();
    if (request == attn::AttendResult::Partial) {
      size_t others = op.requested().size() - 1, count = op.getOutputs().size() - others;
      ResultRange parts = op.getOutputs().slice(next, count);
      std::vector<HostTensor> tensors = makePartial(use, op.getValues(), parts.getTypes());
      for (auto [value, tensor] : llvm::zip(parts, tensors))
        scope.set(value, std::move(tensor));
      next += count;
      continue;
    }
    ++next;
    switch (request) {
    case attn::AttendResult::Output:
      scope.set(result, makeOutput(use, op.getValues(), type));
      break;
    case attn::AttendResult::Lse:
      scope.set(result, makeLse({normalized, op, scope}, op.getLseBase() == attn::LseBase::Two, type));
      break;
    case attn::AttendResult::RowMax:
      scope.set(result, makeRowMax({scores, op, scope}, type));
      break;
    case attn::AttendResult::ColumnSum:
      scope.set(result, makeColumnSum(use, type));
      break;
    default:
      scope.set(result, makeDiagonalSum(use, type));
    }
  }
  return true;
}
