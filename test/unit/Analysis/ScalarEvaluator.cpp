// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs scalar IR by MLIR's own folders.
#include "test/unit/Analysis/ScalarEvaluator.h"
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn;
using namespace attn::test;

bool ScalarEvaluator::fail(Operation &op, const char *why) {
  llvm::raw_string_ostream stream(error);
  stream << op << ": " << why;
  return false;
}

int64_t ScalarEvaluator::integer(Value value) const {
  APInt number = cast<IntegerAttr>(constants.lookup(value)).getValue();
  return number.getBitWidth() == 1 ? number.getZExtValue() : number.getSExtValue();
}

bool ScalarEvaluator::run(Block &block) {
  for (Operation &op : block)
    if (!op.hasTrait<OpTrait::IsTerminator>() && !runOp(op))
      return false;
  return true;
}

bool ScalarEvaluator::runLookup(Operation &op) {
  auto lookup = cast<LookupOp>(op);
  const Table *table = tables.lookup(lookup.getTensor());
  int64_t place = 0;
  for (auto [index, extent] : llvm::zip_equal(lookup.getIndices(), table->shape)) {
    int64_t at = integer(index);
    if (at < 0 || at >= extent)
      return fail(op, "lies outside the tensor");
    place = place * extent + at;
  }
  bind(lookup.getResult(), IntegerAttr::get(lookup.getType(), table->elements[place]));
  return true;
}

bool ScalarEvaluator::runLoop(Operation &op) {
  auto loop = cast<scf::ForOp>(op);
  SmallVector<Attribute> carried;
  for (Value init : loop.getInitArgs())
    carried.push_back(constants.lookup(init));
  int64_t hi = integer(loop.getUpperBound()), step = integer(loop.getStep());
  for (int64_t at = integer(loop.getLowerBound()); at < hi; at += step) {
    bind(loop.getInductionVar(), IntegerAttr::get(loop.getInductionVar().getType(), at));
    for (auto [argument, value] : llvm::zip_equal(loop.getRegionIterArgs(), carried))
      bind(argument, value);
    if (!run(*loop.getBody()))
      return false;
    for (auto [value, yielded] : llvm::zip_equal(carried, loop.getYieldedValues()))
      value = constants.lookup(yielded);
  }
  for (auto [result, value] : llvm::zip_equal(loop.getResults(), carried))
    bind(result, value);
  return true;
}

bool ScalarEvaluator::runOp(Operation &op) {
  if (isa<LookupOp>(op))
    return runLookup(op);
  if (isa<scf::ForOp>(op))
    return runLoop(op);
  if (auto distance = dyn_cast<DistanceOp>(op)) {
    double number = static_cast<double>(integer(distance.getTo()) - integer(distance.getFrom()));
    bind(distance.getResult(), FloatAttr::get(distance.getType(), number));
    return true;
  }
  for (int attempt = 0; attempt < 4; ++attempt) { // a fold may first reorder operands
    SmallVector<Attribute> operands;
    for (Value operand : op.getOperands())
      operands.push_back(constants.lookup(operand));
    SmallVector<OpFoldResult> results;
    if (failed(op.fold(operands, results)))
      return fail(op, "does not fold");
    if (results.empty())
      continue;
    auto value = dyn_cast<Value>(results[0]);
    bind(op.getResult(0), value ? constants.lookup(value) : cast<Attribute>(results[0]));
    return true;
  }
  return fail(op, "folds without end");
}
