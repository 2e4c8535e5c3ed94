// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// merge: finished rows from the states of disjoint parts, or from (O, LSE) pairs.
#include "dialects/Attn/AttnOps.h"
#include "lib/Reference/Stages.h"
#include <cmath>

using namespace mlir;
using namespace attn::reference;

namespace {
/// One part: its accumulator (or O), and what follows it.
struct Part {
  TensorRef accumulator;
  std::vector<TensorRef> state;
};
} // namespace

/// The state of a part's row: as stored, or made from its log-sum-exp.
static RowState stateOf(const Part &part, int64_t row, const RowNormalizer &normalizer, bool isPair, bool base2) {
  RowState state;
  if (isPair) {
    double lse = part.state[0]->values[row];
    return {base2 ? lse * std::log(2.0) : lse, {1.0}};
  }
  size_t next = 0;
  if (normalizer.hasReference)
    state.reference = part.state[next++]->values[row];
  while (next < part.state.size())
    state.sums.push_back(part.state[next++]->values[row]);
  return state;
}

static bool rowUnspecified(const Part &part, int64_t row, int64_t size) {
  for (const TensorRef &tensor : part.state)
    if (tensor->isUnspecified(row))
      return true;
  for (int64_t d = 0; d < size; ++d)
    if (part.accumulator->isUnspecified(row * size + d))
      return true;
  return false;
}

/// Reads the parts; reports where shapes differ.
static std::vector<Part> readParts(attn::MergeOp op, Scope &scope) {
  std::vector<Part> parts;
  std::vector<int64_t> shape;
  for (unsigned n = 0; n < op.numParts(); ++n) {
    std::vector<TensorRef> tensors = scope.tensors(op.part(n), op);
    if (n == 0)
      shape = tensors[0]->shape;
    for (size_t t = 0; t < tensors.size(); ++t) {
      std::vector<int64_t> expected(shape.begin(), shape.begin() + std::min<size_t>(shape.size(), t == 0 ? 4 : 3));
      if (shape.size() != 4 || tensors[t]->shape != expected)
        scope.errors.report(op, "expects the parts' rows to match, but got " + describe(*tensors[t]));
    }
    parts.push_back({tensors[0], std::vector<TensorRef>(tensors.begin() + 1, tensors.end())});
  }
  return parts;
}

bool attn::reference::evaluateMerge(Operation *operation, Scope &scope) {
  auto op = dyn_cast<attn::MergeOp>(operation);
  if (!op)
    return false;
  std::vector<Part> parts = readParts(op, scope);
  if (scope.errors.any())
    return true;
  HostTensor output = makeTensor(op, op.getOutput().getType(), parts[0].accumulator->shape, scope);
  Precision precision{scope.rounds(), output.element};
  int64_t heads = output.shape[1], queries = output.shape[2], size = output.shape[3];
  RowNormalizer normalizer = makeNormalizer(
      {op.getNormalizer(), op.getCaptures(), op.getSinkIncluded().value_or(false), op}, heads, precision, scope);
  Type rowType = op.getLse() ? op.getLse().getType() : op.getOutput().getType();
  HostTensor lse = makeTensor(op, rowType, {output.shape[0], heads, queries}, scope);
  bool isPair = op.hasPairs(), base2 = op.getLseBase() == attn::LseBase::Two;
  if (!isPair && op.getArity() != 1 + normalizer.stateSize())
    scope.errors.report(op, "expects parts of " + Twine(1 + normalizer.stateSize()) + " tensors");

  if (scope.errors.any())
    return true;

  for (int64_t row = 0; row < lse.size() && !scope.errors.any(); ++row) {
    Place at;
    at.batch = at.b = row / queries / heads;
    at.head = row / queries % heads;
    at.row = at.i = row % queries;
    at.heads = heads;
    SmallVector<RowState> states;
    for (const Part &part : parts) {
      states.push_back(stateOf(part, row, normalizer, isPair, base2));
      if (rowUnspecified(part, row, size))
        lse.markUnspecified(row);
    }
    SmallVector<double> factors;
    RowState joint = normalizer.join(at, states, factors);
    double scale = normalizer.scale(at, joint);
    if (normalizer.lse)
      lse.values[row] = inBase(normalizer.lse(at, joint), base2);
    for (int64_t d = 0; d < size; ++d) {
      double sum = 0;
      for (auto [part, factor] : llvm::zip(parts, factors))
        sum = precision.score(sum + factor * part.accumulator->values[row * size + d]);
      output.values[row * size + d] = sum * scale;
      if (lse.isUnspecified(row))
        output.markUnspecified(row * size + d);
    }
  }
  scope.set(op.getOutput(), std::move(output));
  if (op.getLse())
    scope.set(op.getLse(), std::move(lse));
  return true;
}
