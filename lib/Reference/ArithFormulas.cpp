// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each arith op computes: floats in float64, integers modulo 2^bits.
#include "lib/Reference/ScalarProgram.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringMap.h"
#include <cmath>

using namespace mlir;
using namespace attn::reference;
using Cells = llvm::ArrayRef<Cell>;
using Result = std::optional<Cell>;

//===-- integers ------------------------------------------------------------------------------------------------===//

static uint64_t unsignedValue(int64_t value, unsigned bits) {
  return bits >= 64 ? static_cast<uint64_t>(value) : static_cast<uint64_t>(value) & ((uint64_t(1) << bits) - 1);
}
static int64_t signedValue(int64_t value, unsigned bits) {
  unsigned shift = 64 - bits;
  return bits == 0 || bits >= 64 ? value : static_cast<int64_t>(static_cast<uint64_t>(value) << shift) >> shift;
}
/// The cell of an integer of so many bits: sign-extended, i1 as 0 or 1.
static Result integer(uint64_t value, unsigned bits) {
  return Cell::ofInteger(bits == 1 ? static_cast<int64_t>(value & 1) : signedValue(static_cast<int64_t>(value), bits));
}
static int64_t left(const Step &step, Cells x) { return signedValue(x[0].integer, step.operandBits); }
static int64_t right(const Step &step, Cells x) { return signedValue(x[1].integer, step.operandBits); }
static uint64_t uleft(const Step &step, Cells x) { return unsignedValue(x[0].integer, step.operandBits); }
static uint64_t uright(const Step &step, Cells x) { return unsignedValue(x[1].integer, step.operandBits); }

/// A signed quotient exists unless the divisor is 0 or the quotient needs one bit more.
static bool divides(const Step &step, Cells x) {
  int64_t least = signedValue(int64_t(1) << (step.operandBits - 1), step.operandBits);
  return right(step, x) != 0 && !(right(step, x) == -1 && left(step, x) == least);
}
static int64_t floorDivide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }
static int64_t ceilDivide(int64_t a, int64_t b) { return a / b + (a % b != 0 && (a < 0) == (b < 0)); }
static bool shifts(const Step &step, Cells x) { return uright(step, x) < step.operandBits; }

static bool compareIntegers(arith::CmpIPredicate predicate, const Step &step, Cells x) {
  int64_t a = left(step, x), b = right(step, x);
  uint64_t ua = uleft(step, x), ub = uright(step, x);
  switch (predicate) {
  case arith::CmpIPredicate::eq: return a == b;
  case arith::CmpIPredicate::ne: return a != b;
  case arith::CmpIPredicate::slt: return a < b;
  case arith::CmpIPredicate::sle: return a <= b;
  case arith::CmpIPredicate::sgt: return a > b;
  case arith::CmpIPredicate::sge: return a >= b;
  case arith::CmpIPredicate::ult: return ua < ub;
  case arith::CmpIPredicate::ule: return ua <= ub;
  case arith::CmpIPredicate::ugt: return ua > ub;
  case arith::CmpIPredicate::uge: return ua >= ub;
  }
  return false;
}

#define INTEGER(expression)                                                                                            \
  [](const Step &step, Cells x, const Site &) -> Result {                                                              \
    return integer(static_cast<uint64_t>(expression), step.resultBits);                                                \
  }
#define INTEGER_IF(condition, expression)                                                                              \
  [](const Step &step, Cells x, const Site &) -> Result {                                                              \
    if (!(condition))                                                                                                  \
      return Cell::ofNothing();                                                                                        \
    return integer(static_cast<uint64_t>(expression), step.resultBits);                                                \
  }

static const llvm::StringMap<Formula> &integerFormulas() {
  static const llvm::StringMap<Formula> table = {
      {"arith.addi", INTEGER(uleft(step, x) + uright(step, x))},
      {"arith.subi", INTEGER(uleft(step, x) - uright(step, x))},
      {"arith.muli", INTEGER(uleft(step, x) * uright(step, x))},
      {"arith.divsi", INTEGER_IF(divides(step, x), left(step, x) / right(step, x))},
      {"arith.remsi", INTEGER_IF(divides(step, x), left(step, x) % right(step, x))},
      {"arith.floordivsi", INTEGER_IF(divides(step, x), floorDivide(left(step, x), right(step, x)))},
      {"arith.ceildivsi", INTEGER_IF(divides(step, x), ceilDivide(left(step, x), right(step, x)))},
      {"arith.divui", INTEGER_IF(uright(step, x) != 0, uleft(step, x) / uright(step, x))},
      {"arith.remui", INTEGER_IF(uright(step, x) != 0, uleft(step, x) % uright(step, x))},
      {"arith.ceildivui", INTEGER_IF(uright(step, x) != 0, uleft(step, x) / uright(step, x) +
                                                               (uleft(step, x) % uright(step, x) != 0))},
      {"arith.maxsi", INTEGER(std::max(left(step, x), right(step, x)))},
      {"arith.minsi", INTEGER(std::min(left(step, x), right(step, x)))},
      {"arith.maxui", INTEGER(std::max(uleft(step, x), uright(step, x)))},
      {"arith.minui", INTEGER(std::min(uleft(step, x), uright(step, x)))},
      {"arith.andi", INTEGER(uleft(step, x) & uright(step, x))},
      {"arith.ori", INTEGER(uleft(step, x) | uright(step, x))},
      {"arith.xori", INTEGER(uleft(step, x) ^ uright(step, x))},
      {"arith.shli", INTEGER_IF(shifts(step, x), uleft(step, x) << uright(step, x))},
      {"arith.shrsi", INTEGER_IF(shifts(step, x), left(step, x) >> uright(step, x))},
      {"arith.shrui", INTEGER_IF(shifts(step, x), uleft(step, x) >> uright(step, x))},
      {"arith.extsi", INTEGER(left(step, x))},
      {"arith.extui", INTEGER(uleft(step, x))},
      {"arith.trunci", INTEGER(uleft(step, x))},
      {"arith.index_cast", INTEGER(left(step, x))},
      {"arith.index_castui", INTEGER(uleft(step, x))},
      {"arith.cmpi", INTEGER(compareIntegers(static_cast<arith::CmpIPredicate>(step.constant.integer), step, x))},
  };
  return table;
}

//===-- floats --------------------------------------------------------------------------------------------------===//

static bool compareFloats(arith::CmpFPredicate predicate, double a, double b) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case P::AlwaysFalse: return false;
  case P::OEQ: return !unordered && a == b;
  case P::OGT: return !unordered && a > b;
  case P::OGE: return !unordered && a >= b;
  case P::OLT: return !unordered && a < b;
  case P::OLE: return !unordered && a <= b;
  case P::ONE: return !unordered && a != b;
  case P::ORD: return !unordered;
  case P::UEQ: return unordered || a == b;
  case P::UGT: return unordered || a > b;
  case P::UGE: return unordered || a >= b;
  case P::ULT: return unordered || a < b;
  case P::ULE: return unordered || a <= b;
  case P::UNE: return unordered || a != b;
  case P::UNO: return unordered;
  case P::AlwaysTrue: return true;
  }
  return false;
}

/// maximumf and minimumf give NaN where an operand is NaN, and order -0 below +0.
static double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return NAN;
  return a == b ? (std::signbit(a) ? b : a) : std::max(a, b);
}
static double minimum(double a, double b) { return -maximum(-a, -b); }

/// A float of more than the result's range has no integer.
static Result toInteger(const Step &step, double value, bool isSigned) {
  double whole = std::trunc(value), range = std::ldexp(1.0, static_cast<int>(step.resultBits) - (isSigned ? 1 : 0));
  if (!(whole < range) || !(whole >= (isSigned ? -range : 0.0)))
    return Cell::ofNothing();
  return integer(isSigned ? static_cast<uint64_t>(static_cast<int64_t>(whole)) : static_cast<uint64_t>(whole),
                 step.resultBits);
}

#define REAL(expression)                                                                                               \
  [](const Step &step, Cells x, const Site &) -> Result { return Cell::ofReal(expression); }

static const llvm::StringMap<Formula> &floatFormulas() {
  static const llvm::StringMap<Formula> table = {
      {"arith.addf", REAL(x[0].real + x[1].real)},
      {"arith.subf", REAL(x[0].real - x[1].real)},
      {"arith.mulf", REAL(x[0].real * x[1].real)},
      {"arith.divf", REAL(x[0].real / x[1].real)},
      {"arith.remf", REAL(std::fmod(x[0].real, x[1].real))},
      {"arith.negf", REAL(-x[0].real)},
      {"arith.maximumf", REAL(maximum(x[0].real, x[1].real))},
      {"arith.minimumf", REAL(minimum(x[0].real, x[1].real))},
      {"arith.maxnumf", REAL(std::fmax(x[0].real, x[1].real))},
      {"arith.minnumf", REAL(std::fmin(x[0].real, x[1].real))},
      {"arith.sitofp", REAL(static_cast<double>(left(step, x)))},
      {"arith.uitofp", REAL(static_cast<double>(uleft(step, x)))},
      // A cast changes the type and, in exact mode, not the number: everything is float64.
      {"arith.extf", REAL(x[0].real)},
      {"arith.truncf", REAL(x[0].real)},
      {"arith.fptosi", [](const Step &step, Cells x, const Site &) { return toInteger(step, x[0].real, true); }},
      {"arith.fptoui", [](const Step &step, Cells x, const Site &) { return toInteger(step, x[0].real, false); }},
      {"arith.cmpf",
       [](const Step &step, Cells x, const Site &) -> Result {
         return Cell::ofInteger(
             compareFloats(static_cast<arith::CmpFPredicate>(step.constant.integer), x[0].real, x[1].real));
       }},
      {"arith.select", [](const Step &, Cells x, const Site &) -> Result { return x[0].integer ? x[1] : x[2]; }},
      {"arith.constant", [](const Step &step, Cells, const Site &) -> Result { return step.constant; }},
  };
  return table;
}

Formula attn::reference::findArithFormula(llvm::StringRef op) {
  Formula formula = integerFormulas().lookup(op);
  return formula ? formula : floatFormulas().lookup(op);
}
