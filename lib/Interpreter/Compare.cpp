// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants, comparisons and choice.
#include "lib/Interpreter/Elementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace attn::interpreter;

static bool compare(arith::CmpIPredicate predicate, int64_t a, int64_t b, unsigned bits) {
  int64_t x = readSigned(a, bits), y = readSigned(b, bits);
  uint64_t ux = readUnsigned(a, bits), uy = readUnsigned(b, bits);
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return x == y;
  case arith::CmpIPredicate::ne:
    return x != y;
  case arith::CmpIPredicate::slt:
    return x < y;
  case arith::CmpIPredicate::sle:
    return x <= y;
  case arith::CmpIPredicate::sgt:
    return x > y;
  case arith::CmpIPredicate::sge:
    return x >= y;
  case arith::CmpIPredicate::ult:
    return ux < uy;
  case arith::CmpIPredicate::ule:
    return ux <= uy;
  case arith::CmpIPredicate::ugt:
    return ux > uy;
  case arith::CmpIPredicate::uge:
    return ux >= uy;
  }
  return false;
}

static bool compare(arith::CmpFPredicate predicate, double a, double b) {
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case arith::CmpFPredicate::AlwaysFalse:
    return false;
  case arith::CmpFPredicate::OEQ:
    return a == b;
  case arith::CmpFPredicate::OGT:
    return a > b;
  case arith::CmpFPredicate::OGE:
    return a >= b;
  case arith::CmpFPredicate::OLT:
    return a < b;
  case arith::CmpFPredicate::OLE:
    return a <= b;
  case arith::CmpFPredicate::ONE:
    return a < b || a > b;
  case arith::CmpFPredicate::ORD:
    return !unordered;
  case arith::CmpFPredicate::UEQ:
    return unordered || a == b;
  case arith::CmpFPredicate::UGT:
    return unordered || a > b;
  case arith::CmpFPredicate::UGE:
    return unordered || a >= b;
  case arith::CmpFPredicate::ULT:
    return unordered || a < b;
  case arith::CmpFPredicate::ULE:
    return unordered || a <= b;
  case arith::CmpFPredicate::UNE:
    return a != b;
  case arith::CmpFPredicate::UNO:
    return unordered;
  case arith::CmpFPredicate::AlwaysTrue:
    return true;
  }
  return false;
}

static LogicalResult runCmpI(Machine &machine, Operation *op) {
  auto cmp = cast<arith::CmpIOp>(op);
  const Tile &a = machine.tile(cmp.getLhs()), &b = machine.tile(cmp.getRhs());
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.integers[i] = compare(cmp.getPredicate(), a.integers[i], b.integers[i], bitWidth(a.element));
  machine.bind(cmp, std::move(result));
  return success();
}

static LogicalResult runCmpF(Machine &machine, Operation *op) {
  auto cmp = cast<arith::CmpFOp>(op);
  const Tile &a = machine.tile(cmp.getLhs()), &b = machine.tile(cmp.getRhs());
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.integers[i] = compare(cmp.getPredicate(), a.reals[i], b.reals[i]);
  machine.bind(cmp, std::move(result));
  return success();
}

static LogicalResult runSelect(Machine &machine, Operation *op) {
  auto select = cast<arith::SelectOp>(op);
  const Tile &condition = machine.tile(select.getCondition());
  if (condition.shape.empty()) {  // one choice for the whole value, which may be of any kind
    Value chosen = condition.integers[0] ? select.getTrueValue() : select.getFalseValue();
    machine.move(chosen, select.getResult());
    return success();
  }
  const Tile &yes = machine.tile(select.getTrueValue()), &no = machine.tile(select.getFalseValue());
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.copy(i, condition.integers[i] ? yes : no, i);
  machine.bind(select, std::move(result));
  return success();
}

static LogicalResult runConstant(Machine &machine, Operation *op) {
  auto constant = cast<arith::ConstantOp>(op);
  Tile result = makeResult(op);
  unsigned bits = bitWidth(result.element);
  Attribute value = constant.getValue();
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    result.integers[0] = wrap(integer.getValue().getSExtValue(), bits);
  } else if (auto real = dyn_cast<FloatAttr>(value)) {
    result.reals[0] = real.getValueAsDouble();
  } else if (auto elements = dyn_cast<DenseElementsAttr>(value)) {
    if (isReal(result.element))
      for (auto [number, element] : llvm::enumerate(elements.getValues<APFloat>())) {
        bool inexact;
        element.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &inexact);
        result.reals[number] = element.convertToDouble();
      }
    else
      for (auto [number, element] : llvm::enumerate(elements.getValues<APInt>()))
        result.integers[number] = wrap(element.getSExtValue(), bits);
  } else {
    return machine.fail(op, "has a value that the interpreter does not know");
  }
  machine.bind(constant, std::move(result));
  return success();
}

void attn::interpreter::addCompareOps(HandlerTable &table) {
  table["arith.cmpi"] = runCmpI;
  table["arith.cmpf"] = runCmpF;
  table["arith.select"] = runSelect;
  table["arith.constant"] = runConstant;
}
