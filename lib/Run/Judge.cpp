// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the oracle twice: exactly, and as a plain implementation in the same types would compute.
#include "lib/Run/Judge.h"

#include "lib/Reference/Tolerance.h"
#include "lib/Run/Oracle.h"

using namespace mlir;

namespace attn {

/// What may differ by the table of docs/spec/tolerances.md, from a second evaluation in the types that were compiled.
static llvm::Expected<std::vector<rt::Tolerance>> findTolerances(std::vector<reference::HostTensor> exact,
                                                                 func::FuncOp precise,
                                                                 llvm::ArrayRef<rt::Array> arguments,
                                                                 int64_t sampledRows) {
  auto sameType = evaluateArrays(precise, arguments, {reference::Mode::sameType, sampledRows});
  if (!sameType)
    return sameType.takeError();
  std::vector<reference::HostTensor> tensors;
  for (auto [array, type] : llvm::zip(arguments, precise.getArgumentTypes()))
    tensors.push_back(toHostTensor(array, type));
  reference::Element storage = reference::narrowestFloat(tensors);
  std::vector<rt::Tolerance> tolerances;
  for (auto [wanted, got] : llvm::zip(exact, *sameType)) {
    wanted.element = got.element;
    reference::Bounds bounds = reference::toleranceOf(wanted, got, storage);
    tolerances.push_back({bounds.maxAbs, bounds.rms});
  }
  return tolerances;
}

llvm::Expected<std::vector<Judgement>> judgeResults(func::FuncOp function, func::FuncOp precise,
                                                    llvm::ArrayRef<rt::Array> arguments,
                                                    llvm::ArrayRef<rt::Array> results,
                                                    std::optional<rt::Tolerance> tolerance, int64_t sampledRows) {
  auto wanted = evaluateArrays(function, arguments, {reference::Mode::exact, sampledRows});
  if (!wanted)
    return wanted.takeError();
  std::vector<rt::Tolerance> tolerances(results.size(), tolerance.value_or(rt::Tolerance{0, 0}));
  if (!tolerance) {
    auto found = findTolerances(*wanted, precise, arguments, sampledRows);
    if (!found)
      return found.takeError();
    tolerances = std::move(*found);
  }
  std::vector<Judgement> judgements;
  for (auto [tensor, result, allowed] : llvm::zip(*wanted, results, tolerances)) {
    llvm::Expected<rt::Array> array = toArray(tensor);
    if (!array)
      return array.takeError();
    for (int64_t i = 0; i < array->size() && array->shape() == result.shape(); ++i)
      if (tensor.isUnspecified(i))
        array->set(i, rt::Number::ofReal(result.real(i)));
    judgements.push_back({rt::compareArrays(result, *array, allowed), allowed});
  }
  return judgements;
}

} // namespace attn
