// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the scalar ops of the attn dialect compute.
#include "lib/Reference/ScalarProgram.h"
#include "llvm/ADT/StringMap.h"
#include <cmath>

using namespace attn::reference;
using Cells = llvm::ArrayRef<Cell>;
using Result = std::optional<Cell>;

/// softcap(x) = cap tanh(x / cap)
static Result softcap(const Step &step, Cells x, const Site &) {
  double cap = step.constant.real;
  return Cell::ofReal(cap * std::tanh(x[0].real / cap));
}

/// lookup(t, n...) = t[n...]. Outside the tensor the value is not specified, and a region may go there for a value that
/// it then discards: NaN makes any use of it visible.
static Result lookup(const Step &, Cells x, const Site &) {
  const HostTensor *tensor = x[0].tensor;
  if (!tensor || tensor->shape.size() + 1 != x.size())
    return std::nullopt;
  int64_t number = 0;
  for (auto [extent, index] : llvm::zip(tensor->shape, x.drop_front())) {
    if (index.integer < 0 || index.integer >= extent)
      return Cell{NAN, 0, nullptr};
    number = number * extent + index.integer;
  }
  double value = tensor->values[number];
  return isFloat(tensor->element) ? Cell::ofReal(value) : Cell::ofInteger(static_cast<int64_t>(value));
}

/// distance(to, from) = float(to - from)
static Result distance(const Step &, Cells x, const Site &) {
  return Cell::ofReal(static_cast<double>(x[0].integer - x[1].integer));
}

Formula attn::reference::findAttnFormula(llvm::StringRef op) {
  static const llvm::StringMap<Formula> table = {
      {"attn.softcap", softcap},
      {"attn.lookup", lookup},
      {"tensor.extract", lookup},
      {"attn.distance", distance},
      {"attn.query_index",
       [](const Step &, Cells, const Site &at) -> Result { return Cell::ofInteger(at.queryIndex); }},
      {"attn.key_index", [](const Step &, Cells, const Site &at) -> Result { return Cell::ofInteger(at.keyIndex); }},
      {"attn.extent",
       [](const Step &step, Cells, const Site &at) -> Result {
         return Cell::ofInteger(step.constant.integer ? at.keyExtent : at.queryExtent);
       }},
      {"linalg.index",
       [](const Step &step, Cells, const Site &at) -> Result {
         if (step.constant.integer >= static_cast<int64_t>(at.loop.size()))
           return std::nullopt;
         return Cell::ofInteger(at.loop[step.constant.integer]);
       }},
  };
  return table.lookup(op);
}
