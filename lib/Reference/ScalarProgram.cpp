// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers the values of a block, resolves its ops once, and runs them on cells.
#include "lib/Reference/ScalarProgram.h"
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn::reference;

std::optional<Element> attn::reference::elementOf(Type type) {
  type = getElementTypeOrSelf(type);
  if (auto captured = dyn_cast<attn::CapturedType>(type))
    type = captured.getElementType();
  if (type.isIndex())
    return Element::index;
  if (auto integer = dyn_cast<IntegerType>(type))
    switch (integer.isSignless() ? integer.getWidth() : 0) {
    case 1: return Element::i1;
    case 8: return Element::i8;
    case 16: return Element::i16;
    case 32: return Element::i32;
    case 64: return Element::i64;
    default: return std::nullopt;
    }
  if (type.isF16())
    return Element::f16;
  if (type.isBF16())
    return Element::bf16;
  if (type.isF32())
    return Element::f32;
  return type.isF64() ? std::optional(Element::f64) : std::nullopt;
}

static unsigned bitsOf(Type type) {
  type = getElementTypeOrSelf(type);
  return type.isIndex() ? 64 : type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 0;
}

//===-- one op --------------------------------------------------------------------------------------------------===//

static std::optional<Cell> constantCell(Attribute value) {
  if (auto real = dyn_cast<FloatAttr>(value))
    return Cell::ofReal(real.getValueAsDouble());
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return Cell::ofInteger(bitsOf(integer.getType()) == 1 ? integer.getValue().getZExtValue()
                                                          : integer.getValue().getSExtValue());
  return std::nullopt;
}

bool attn::reference::prepareStep(Operation *op, Step &step) {
  step.op = op;
  StringRef name = op->getName().getStringRef();
  for (auto find : {findArithFormula, findMathFormula, findAttnFormula})
    if (!step.formula)
      step.formula = find(name);
  if (!step.formula || op->getNumResults() != 1)
    return false;
  std::optional<Element> element = elementOf(op->getResult(0).getType());
  if (!element || bitsOf(op->getResult(0).getType()) > 64)
    return false;
  step.result = *element;
  step.resultBits = bitsOf(op->getResult(0).getType());
  step.operandBits = op->getNumOperands() ? bitsOf(op->getOperand(0).getType()) : 0;
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    std::optional<Cell> value = constantCell(constant.getValue());
    if (!value)
      return false;
    step.constant = *value;
  } else if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
    step.constant.integer = static_cast<int64_t>(compare.getPredicate());
  } else if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    step.constant.integer = static_cast<int64_t>(compare.getPredicate());
  } else if (auto softcap = dyn_cast<attn::SoftcapOp>(op)) {
    step.constant.real = softcap.getCap().convertToDouble();
  } else if (auto extent = dyn_cast<attn::ExtentOp>(op)) {
    step.constant.integer = extent.getAxis() == attn::Axis::Key;
  } else if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    step.constant.integer = index.getDim();
  }
  return true;
}

/// What an op gives that has an operand which is not specified: nothing, unless its other operands decide.
static Cell combineUnspecified(const Step &step, ArrayRef<Cell> x) {
  if (isa<arith::SelectOp>(step.op) && !x[0].unspecified)
    return x[0].integer ? x[1] : x[2];
  if (isa<arith::AndIOp>(step.op))
    for (const Cell &operand : x)
      if (!operand.unspecified && operand.integer == 0)
        return operand;
  if (isa<arith::OrIOp>(step.op) && step.operandBits == 1)
    for (const Cell &operand : x)
      if (!operand.unspecified && operand.integer)
        return operand;
  return Cell::ofNothing();
}

Cell attn::reference::runStep(const Step &step, ArrayRef<Cell> operands, const Site &site, bool rounds,
                              FirstError &errors) {
  if (llvm::any_of(operands, [](const Cell &operand) { return operand.unspecified; }))
    return combineUnspecified(step, operands);
  std::optional<Cell> result = step.formula(step, operands, site);
  if (!result) {
    errors.report(step.op, "is undefined for these operands");
    return {};
  }
  if (rounds)
    result->real = roundTo(step.result, result->real);
  return *result;
}

//===-- a block -------------------------------------------------------------------------------------------------===//

ScalarProgram::ScalarProgram(Block &block, bool rounds, FirstError &errors) : rounds(rounds), errors(&errors) {
  build(block, main);
  cells.resize(numbers.size());
}

unsigned ScalarProgram::cellOf(Value value) {
  return numbers.try_emplace(value, static_cast<unsigned>(numbers.size())).first->second;
}

void ScalarProgram::build(Block &block, Body &body) {
  for (BlockArgument argument : block.getArguments())
    body.arguments.push_back(cellOf(argument));
  auto read = [&](Value value) {
    if (!numbers.contains(value))
      outer.push_back(value);
    return cellOf(value);
  };
  for (Operation &op : block.without_terminator()) {
    Step step;
    for (Value operand : op.getOperands())
      step.operands.push_back(read(operand));
    if (isa<scf::IfOp, scf::ForOp>(op)) {
      step.op = &op;
      for (Region &region : op.getRegions())
        if (Body &nested = step.nested.emplace_back(); !region.empty())
          build(region.front(), nested);
    } else if (!prepareStep(&op, step)) {
      return errors->report(&op, "is not a scalar op that the reference evaluates");
    }
    for (Value result : op.getResults())
      step.results.push_back(cellOf(result));
    body.steps.push_back(std::move(step));
  }
  for (Value value : block.getTerminator()->getOperands())
    body.yields.push_back(read(value));
}

ArrayRef<Cell> ScalarProgram::run(ArrayRef<Cell> arguments, const Site &site) {
  results.assign(main.yields.size(), Cell());
  if (errors->any())
    return results;
  for (auto [cell, value] : llvm::zip(main.arguments, arguments))
    cells[cell] = value;
  for (auto [value, given] : llvm::zip(outer, arguments.drop_front(main.arguments.size())))
    cells[numbers.lookup(value)] = given;
  runBody(main, site);
  for (auto [result, cell] : llvm::zip(results, main.yields))
    result = cells[cell];
  return results;
}

void ScalarProgram::runBody(const Body &body, const Site &site) {
  SmallVector<Cell, 4> operands;
  for (const Step &step : body.steps) {
    if (errors->any())
      return;
    if (step.formula) {
      operands.clear();
      for (unsigned cell : step.operands)
        operands.push_back(cells[cell]);
      cells[step.results[0]] = runStep(step, operands, site, rounds, *errors);
    } else if (isa<scf::IfOp>(step.op)) {
      runIf(step, site);
    } else {
      runFor(step, site);
    }
  }
}

/// Copies cells all at once: what is read may be among what is written.
void ScalarProgram::move(ArrayRef<unsigned> from, ArrayRef<unsigned> to) {
  SmallVector<Cell, 4> held;
  for (unsigned cell : from)
    held.push_back(cells[cell]);
  for (auto [cell, value] : llvm::zip(to, held))
    cells[cell] = value;
}

/// The results of control flow that an unspecified value decides.
void ScalarProgram::forget(const Step &step) {
  for (unsigned cell : step.results)
    cells[cell] = Cell::ofNothing();
}

void ScalarProgram::runIf(const Step &step, const Site &site) {
  if (cells[step.operands[0]].unspecified)
    return forget(step);
  const Body &taken = step.nested[cells[step.operands[0]].integer ? 0 : 1];
  runBody(taken, site);
  move(taken.yields, step.results);
}

void ScalarProgram::runFor(const Step &step, const Site &site) {
  if (llvm::any_of(ArrayRef(step.operands).take_front(3), [&](unsigned cell) { return cells[cell].unspecified; }))
    return forget(step);
  int64_t lower = cells[step.operands[0]].integer, upper = cells[step.operands[1]].integer;
  int64_t stride = cells[step.operands[2]].integer;
  if (stride <= 0)
    return errors->report(step.op, "expects a positive step, but got " + Twine(stride));
  const Body &body = step.nested[0];
  ArrayRef<unsigned> carried = ArrayRef(body.arguments).drop_front();
  move(ArrayRef(step.operands).drop_front(3), carried);
  for (int64_t n = lower; n < upper && !errors->any(); n += stride) {
    cells[body.arguments[0]] = Cell::ofInteger(n);
    runBody(body, site);
    move(body.yields, carried);
  }
  move(carried, step.results);
}
