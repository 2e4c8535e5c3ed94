// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attend: the chain it means, put together from the same steps as the chain's own ops.
#include "dialects/Attn/AttnOps.h"
#include "lib/Reference/Stages.h"

using namespace mlir;
using namespace attn::reference;

namespace {
/// The chain's planes: masked scores, normalized scores, final weights, and the weights of an accumulator that is not
/// finalized.
struct Chain {
  Plane scores, normalized, weights, unfinished;
};
} // namespace

static Chain makeChain(attn::AttendOp op, Scope &scope) {
  ScoreOperands operands{op.getTerms(),  op.getScales(), op.alignment() == attn::Align::BottomRight,
                         op.getCuQ(),    op.getCuK(),    op.getLenQ(),
                         op.getLenK()};
  Chain chain;
  chain.scores = makeScores(operands, op, scope);
  if (scope.errors.any())
    return chain;
  if (!op.getScore().empty())
    addRegion(chain.scores, op.getScore(), op.getCaptures(), op, scope);
  if (op.getMask())
    addMask(chain.scores, op.getMask(), op, scope);
  chain.normalized = chain.scores;
  addNormalizer(chain.normalized,
                {op.getNormalizer(), op.getNormalizerCaptures(), op.getSinkIncluded().value_or(false), op}, scope);
  chain.weights = chain.unfinished = chain.normalized;
  if (!op.getWeight().empty()) {
    chain.weights.stages.push_back([plane = chain.normalized](Row &row) { plane.settle(row); });
    addRegion(chain.weights, op.getWeight(), op.getCaptures(), op, scope);
    addRegion(chain.unfinished, op.getWeight(), op.getCaptures(), op, scope);
  }
  return chain;
}

static HostTensor makeResult(attn::AttendOp op, attn::AttendResult request, const Chain &chain, Type type,
                             Scope &scope) {
  switch (request) {
  case attn::AttendResult::Output: return makeOutput({chain.weights, op, scope}, op.getValues(), type);
  case attn::AttendResult::Lse:
    return makeLse({chain.normalized, op, scope}, op.getLseBase() == attn::LseBase::Two, type);
  case attn::AttendResult::RowMax: return makeRowMax({chain.scores, op, scope}, type);
  case attn::AttendResult::ColumnSum: return makeColumnSum({chain.weights, op, scope}, type);
  case attn::AttendResult::DiagonalSum: return makeDiagonalSum({chain.weights, op, scope}, type);
  case attn::AttendResult::Partial: break;
  }
  return HostTensor();
}

bool attn::reference::evaluateAttend(Operation *operation, Scope &scope) {
  auto op = dyn_cast<attn::AttendOp>(operation);
  if (!op)
    return false;
  Chain chain = makeChain(op, scope);
  size_t next = 0, partials = op.getOutputs().size() + 1 - op.requested().size();
  for (attn::AttendResult request : op.requested()) {
    if (scope.errors.any())
      return true;
    size_t count = request == attn::AttendResult::Partial ? partials : 1;
    ResultRange outputs = op.getOutputs().slice(next, count);
    std::vector<HostTensor> tensors;
    if (request == attn::AttendResult::Partial)
      tensors = makePartial({chain.unfinished, op, scope}, op.getValues(), outputs.getTypes());
    else
      tensors.push_back(makeResult(op, request, chain, outputs[0].getType(), scope));
    for (auto [value, tensor] : llvm::zip(outputs, tensors))
      scope.set(value, std::move(tensor));
    next += count;
  }
  return true;
}
