// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each math op computes, by the C library in float64.
#include "lib/Reference/ScalarProgram.h"
#include "llvm/ADT/StringMap.h"
#include <cmath>

using namespace attn::reference;
using Cells = llvm::ArrayRef<Cell>;
using Result = std::optional<Cell>;

#define REAL(expression)                                                                                               \
  [](const Step &, Cells x, const Site &) -> Result { return Cell::ofReal(expression); }

Formula attn::reference::findMathFormula(llvm::StringRef op) {
  static const llvm::StringMap<Formula> table = {
      {"math.exp", REAL(std::exp(x[0].real))},
      {"math.exp2", REAL(std::exp2(x[0].real))},
      {"math.expm1", REAL(std::expm1(x[0].real))},
      {"math.log", REAL(std::log(x[0].real))},
      {"math.log2", REAL(std::log2(x[0].real))},
      {"math.log10", REAL(std::log10(x[0].real))},
      {"math.log1p", REAL(std::log1p(x[0].real))},
      {"math.tanh", REAL(std::tanh(x[0].real))},
      {"math.sqrt", REAL(std::sqrt(x[0].real))},
      {"math.rsqrt", REAL(1.0 / std::sqrt(x[0].real))},
      {"math.cbrt", REAL(std::cbrt(x[0].real))},
      {"math.absf", REAL(std::fabs(x[0].real))},
      {"math.sin", REAL(std::sin(x[0].real))},
      {"math.cos", REAL(std::cos(x[0].real))},
      {"math.tan", REAL(std::tan(x[0].real))},
      {"math.atan", REAL(std::atan(x[0].real))},
      {"math.atan2", REAL(std::atan2(x[0].real, x[1].real))},
      {"math.sinh", REAL(std::sinh(x[0].real))},
      {"math.cosh", REAL(std::cosh(x[0].real))},
      {"math.erf", REAL(std::erf(x[0].real))},
      {"math.powf", REAL(std::pow(x[0].real, x[1].real))},
      {"math.fma", REAL(std::fma(x[0].real, x[1].real, x[2].real))},
      {"math.copysign", REAL(std::copysign(x[0].real, x[1].real))},
      {"math.floor", REAL(std::floor(x[0].real))},
      {"math.ceil", REAL(std::ceil(x[0].real))},
      {"math.trunc", REAL(std::trunc(x[0].real))},
      {"math.round", REAL(std::round(x[0].real))},
      {"math.roundeven", REAL(std::nearbyint(x[0].real))},
      {"math.absi",
       [](const Step &, Cells x, const Site &) -> Result {
         return Cell::ofInteger(x[0].integer < 0 ? static_cast<int64_t>(-static_cast<uint64_t>(x[0].integer))
                                                 : x[0].integer);
       }},
  };
  return table.lookup(op);
}
