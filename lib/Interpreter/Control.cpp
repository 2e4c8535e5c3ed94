// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// scf: loops, branches, and the values they carry.
#include "lib/Interpreter/Machine.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn::interpreter;

static LogicalResult runFor(Machine &machine, Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  int64_t lower = machine.integer(loop.getLowerBound()), upper = machine.integer(loop.getUpperBound()),
          step = machine.integer(loop.getStep());
  if (step <= 0)
    return machine.fail(op, "expects a positive step, but got " + Twine(step));
  machine.move(loop.getInitArgs(), loop.getRegionIterArgs());
  Block *body = loop.getBody();
  for (int64_t number = lower; number < upper; number += step) {
    machine.bindInteger(loop.getInductionVar(), number);
    if (failed(machine.run(*body)))
      return failure();
    machine.move(body->getTerminator()->getOperands(), loop.getRegionIterArgs());
    if (upper - number <= step)  // the next number may not fit
      break;
  }
  machine.move(loop.getRegionIterArgs(), loop.getResults());
  return success();
}

static LogicalResult runIf(Machine &machine, Operation *op) {
  auto branch = cast<scf::IfOp>(op);
  Region &region = machine.integer(branch.getCondition()) ? branch.getThenRegion() : branch.getElseRegion();
  if (region.empty())
    return success();
  if (failed(machine.run(region.front())))
    return failure();
  machine.move(region.front().getTerminator()->getOperands(), branch.getResults());
  return success();
}

static LogicalResult runWhile(Machine &machine, Operation *op) {
  auto loop = cast<scf::WhileOp>(op);
  machine.move(loop.getInits(), loop.getBeforeArguments());
  for (;;) {
    if (failed(machine.run(*loop.getBeforeBody())))
      return failure();
    scf::ConditionOp condition = loop.getConditionOp();
    if (!machine.integer(condition.getCondition())) {
      machine.move(condition.getArgs(), loop.getResults());
      return success();
    }
    machine.move(condition.getArgs(), loop.getAfterArguments());
    if (failed(machine.run(*loop.getAfterBody())))
      return failure();
    machine.move(loop.getYieldOp().getOperands(), loop.getBeforeArguments());
  }
}

void attn::interpreter::addControlOps(HandlerTable &table) {
  table["scf.for"] = runFor;
  table["scf.if"] = runIf;
  table["scf.while"] = runWhile;
}
