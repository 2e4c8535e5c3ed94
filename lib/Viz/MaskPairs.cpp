// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lets the oracle set up the planes of a function and asks their domains and masks, not their scores.
#include "lib/Viz/MaskPairs.h"

#include "dialects/Attn/AttnOps.h"
#include "lib/Reference/Scope.h"

using namespace mlir;

namespace attn::viz {

llvm::BitVector MaskedPlane::row(int64_t batch, int64_t head, int64_t row) const {
  llvm::BitVector pairs(unsigned(plane.domain.keys));
  reference::Place at = plane.domain.place(batch, head, row);
  std::vector<char> exists;
  plane.findPairs(at, exists);
  for (int64_t j = 0; j < at.keyExtent; ++j)
    if (exists[j] == reference::present)
      pairs.set(unsigned(at.firstKey + j));
  return pairs;
}

double MaskedPlane::count(int64_t sampledRows) const {
  const reference::Domain &domain = plane.domain;
  int64_t step = std::max<int64_t>(1, domain.queries / std::max<int64_t>(1, sampledRows));
  double pairs = 0;
  int64_t rows = 0;
  // Heads share a mask almost always; the first and the last stand for all.
  for (int64_t head = 0; head < domain.heads; head += std::max<int64_t>(1, domain.heads - 1))
    for (int64_t batch = 0; batch < domain.batch; ++batch)
      for (int64_t i = step / 2; i < domain.queries; i += step, ++rows)
        pairs += row(batch, head, i).count();
  double all = double(domain.heads) * double(domain.batch) * double(domain.queries);
  return rows ? pairs / double(rows) * all : 0;
}

/// Sets up every op that makes a plane of scores, in order.
static void setUp(Block &body, reference::Scope &scope) {
  for (Operation &op : body.without_terminator())
    if (llvm::any_of(op.getResultTypes(), llvm::IsaPred<ScoresType>) && !scope.errors.any())
      if (!reference::evaluatePlaneOp(&op, scope))
        scope.errors.report(&op, "is not an op whose pairs are known");
}

static int64_t headSizeOf(Value scores, reference::Scope &scope) {
  while (Operation *op = scores.getDefiningOp()) {
    if (auto score = dyn_cast<ScoreOp>(op)) {
      int64_t size = 0;
      for (unsigned term = 0; term < score.numTerms(); ++term)
        size += scope.tensor(score.query(term), op)->shape[3];
      return size;
    }
    if (op->getNumOperands() == 0)
      return 0;
    scores = op->getOperand(0);
  }
  return 0;
}

/// Follows weights through gates to the values they are applied to.
static int64_t valueSizeOf(Value plane, reference::Scope &scope) {
  int64_t size = 0;
  for (Operation *user : plane.getUsers()) {
    if (auto apply = dyn_cast<ApplyOp>(user)) {
      if (isa<BlockArgument>(apply.getValues()))
        size += scope.tensor(apply.getValues(), user)->shape[3];
      continue;
    }
    for (Value result : user->getResults())
      if (isa<WeightsType>(result.getType()))
        size += valueSizeOf(result, scope);
  }
  return size;
}

llvm::Expected<std::vector<MaskedPlane>> findPlanes(func::FuncOp function,
                                                    llvm::ArrayRef<reference::HostTensor> arguments) {
  reference::FirstError errors;
  reference::Options options;
  reference::Scope scope(options, errors);
  Block &body = function.getBody().front();
  for (auto [value, argument] : llvm::zip(body.getArguments(), arguments))
    scope.set(value, std::make_shared<const reference::HostTensor>(argument));
  setUp(body, scope);
  std::vector<MaskedPlane> planes;
  for (Operation &op : body.without_terminator())
    for (Value result : op.getResults()) {
      auto goesOn = [](Operation *user) { return llvm::any_of(user->getResultTypes(), llvm::IsaPred<ScoresType>); };
      if (errors.any() || !isa<ScoresType>(result.getType()) || llvm::any_of(result.getUsers(), goesOn))
        continue;
      MaskedPlane found;
      found.plane = scope.plane(result, &op);
      found.headSize = headSizeOf(result, scope);
      found.valueSize = valueSizeOf(result, scope);
      planes.push_back(std::move(found));
    }
  if (llvm::Error error = errors.take())
    return error;
  return planes;
}

} // namespace attn::viz
