// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Control flow: loops, branches, and the values they carry.
#include "lib/Interpreter/Routine.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn::interpreter;

/// Enters a loop or a branch, or runs any other op.
LogicalResult Routine::begin(Operation *op) {
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    int64_t lower = machine->integer(loop.getLowerBound()), upper = machine->integer(loop.getUpperBound()),
            step = machine->integer(loop.getStep());
    if (step <= 0)
      return machine->fail(op, "expects a positive step, but got " + Twine(step));
    machine->move(loop.getInitArgs(), lower < upper ? ValueRange(loop.getRegionIterArgs()) : loop.getResults());
    if (lower >= upper)
      return success();
    machine->bindInteger(loop.getInductionVar(), lower);
    frames.push_back({loop.getBody()->begin(), op, lower, upper, step});
    return success();
  }
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    Region &region = machine->integer(branch.getCondition()) ? branch.getThenRegion() : branch.getElseRegion();
    if (!region.empty())
      enter(region.front(), op);
    return success();
  }
  if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    machine->move(loop.getInits(), loop.getBeforeArguments());
    enter(*loop.getBeforeBody(), op);
    return success();
  }
  return machine->runOp(op);
}

/// A block has ended: its loop or branch goes on or ends too.
void Routine::leave(Operation *terminator) {
  Frame &frame = frames.back();
  if (auto loop = dyn_cast_or_null<scf::ForOp>(frame.parent)) {
    machine->move(terminator->getOperands(), loop.getRegionIterArgs());
    if (frame.upper - frame.number > frame.step) {  // the next number may not fit
      frame.number += frame.step;
      machine->bindInteger(loop.getInductionVar(), frame.number);
      frame.at = loop.getBody()->begin();
      return;
    }
    machine->move(loop.getRegionIterArgs(), loop.getResults());
  } else if (auto branch = dyn_cast_or_null<scf::IfOp>(frame.parent)) {
    machine->move(terminator->getOperands(), branch.getResults());
  } else if (auto loop = dyn_cast_or_null<scf::WhileOp>(frame.parent)) {
    auto condition = dyn_cast<scf::ConditionOp>(terminator);
    if (!condition || machine->integer(condition.getCondition())) {
      ValueRange values = condition ? ValueRange(condition.getArgs()) : ValueRange(terminator->getOperands());
      machine->move(values, condition ? loop.getAfterArguments() : loop.getBeforeArguments());
      frame.at = (condition ? loop.getAfterBody() : loop.getBeforeBody())->begin();
      return;
    }
    machine->move(condition.getArgs(), loop.getResults());
  }
  frames.pop_back();
}

LogicalResult Routine::step() {
  Operation *op = next();
  if (op->hasTrait<OpTrait::IsTerminator>()) {
    leave(op);
    return success();
  }
  ++frames.back().at;
  return failed(machine->countOp(op)) ? failure() : begin(op);
}
