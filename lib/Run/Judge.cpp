// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the oracle and chooses what may differ.
#include "lib/Run/Judge.h"

#include "lib/Run/Oracle.h"

using namespace mlir;

namespace attn {

/// The tolerance of the coarsest type on the way: a result's own, or that of 16-bit arguments.
static rt::Tolerance usualTolerance(rt::Element result, llvm::ArrayRef<rt::Array> arguments) {
  rt::Tolerance tolerance = rt::defaultTolerance(result);
  for (const rt::Array &argument : arguments) {
    bool isSmall = argument.element() == rt::Element::F16 || argument.element() == rt::Element::BF16;
    if (!isSmall || !rt::isFloat(result))
      continue;
    rt::Tolerance other = rt::defaultTolerance(argument.element());
    tolerance = {std::max(tolerance.maxAbs, other.maxAbs), std::max(tolerance.rms, other.rms)};
  }
  return tolerance;
}

llvm::Expected<std::vector<Judgement>> judgeResults(func::FuncOp function, func::FuncOp precise,
                                                    llvm::ArrayRef<rt::Array> arguments,
                                                    llvm::ArrayRef<rt::Array> results,
                                                    std::optional<rt::Tolerance> tolerance) {
  auto wanted = evaluateArrays(function, arguments);
  if (!wanted)
    return wanted.takeError();
  std::vector<Judgement> judgements;
  for (auto [tensor, result] : llvm::zip(*wanted, results)) {
    llvm::Expected<rt::Array> array = toArray(tensor);
    if (!array)
      return array.takeError();
    for (int64_t i = 0; i < array->size() && array->shape() == result.shape(); ++i)
      if (tensor.isUnspecified(i))
        array->set(i, rt::Number::ofReal(result.real(i)));
    rt::Tolerance allowed = tolerance ? *tolerance : usualTolerance(result.element(), arguments);
    judgements.push_back({rt::compareArrays(result, *array, allowed), allowed});
  }
  return judgements;
}

} // namespace attn
