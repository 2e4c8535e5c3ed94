// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// arith and math outside regions: on scalars, or element by element on tensors of one shape.
#include "lib/Reference/Scope.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn::reference;

static Cell cellOf(const HostTensor &tensor, int64_t number) {
  double value = tensor.values[number];
  return isFloat(tensor.element) ? Cell::ofReal(value) : Cell::ofInteger(static_cast<int64_t>(value));
}

static double numberOf(const Cell &cell, Element element) {
  return isFloat(element) ? cell.real : static_cast<double>(cell.integer);
}

/// A dense constant: integers sign-extended, i1 as 0 or 1.
static bool evaluateConstant(arith::ConstantOp op, Scope &scope) {
  auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!dense)
    return false;
  HostTensor tensor = makeTensor(op, op.getType(), dense.getType().getShape().vec(), scope);
  if (scope.errors.any())
    return true;
  if (isFloat(tensor.element))
    for (auto [value, number] : llvm::zip(tensor.values, dense.getValues<APFloat>())) {
      APFloat wide = number;
      bool losesInfo;
      wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
      value = wide.convertToDouble();
    }
  else
    for (auto [value, number] : llvm::zip(tensor.values, dense.getValues<APInt>()))
      value = tensor.element == Element::i1 ? static_cast<double>(number.getZExtValue())
                                            : static_cast<double>(number.getSExtValue());
  scope.set(op.getResult(), std::move(tensor));
  return true;
}

bool attn::reference::evaluateElementwise(Operation *op, Scope &scope) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && evaluateConstant(constant, scope))
    return true;
  Step step;
  StringRef dialect = op->getName().getDialectNamespace();
  if ((dialect != "arith" && dialect != "math") || !prepareStep(op, step))
    return false;
  std::vector<TensorRef> operands = scope.tensors(op->getOperands(), op);
  std::vector<int64_t> shape;
  for (const TensorRef &operand : operands)
    if (operand->rank() > 0)
      shape = operand->shape;
  for (const TensorRef &operand : operands)
    if (operand->rank() > 0 && operand->shape != shape)
      scope.errors.report(op, "expects operands of one shape");
  HostTensor result = makeTensor(op, op->getResult(0).getType(), shape, scope);
  for (int64_t number = 0; number < result.size() && !scope.errors.any(); ++number) {
    SmallVector<Cell> cells;
    for (const TensorRef &operand : operands) {
      int64_t own = operand->rank() > 0 ? number : 0;
      cells.push_back(cellOf(*operand, own));
      if (operand->isUnspecified(own))
        result.markUnspecified(number);
    }
    Cell cell = runStep(step, cells, Site(), scope.rounds(), scope.errors);
    result.values[number] = numberOf(cell, result.element);
    // A scalar counts something on the host, and a call with one that is open is refused.
    if (cell.unspecified && shape.empty())
      scope.errors.report(op, "is undefined for these operands");
    if (cell.unspecified)
      result.markUnspecified(number);
  }
  scope.set(op->getResult(0), std::move(result));
  return true;
}
