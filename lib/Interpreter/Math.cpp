// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The math ops: what each means on one number, in double.
#include "lib/Interpreter/Elementwise.h"
#include "llvm/ADT/bit.h"
#include <cmath>

using namespace mlir;
using namespace attn::interpreter;

static double rsqrt(double a) { return 1.0 / std::sqrt(a); }
static double fusedMultiplyAdd(double a, double b, double c) { return std::fma(a, b, c); }
static double clamp(double a, double low, double high) { return std::fmin(std::fmax(a, low), high); }
static bool isFinite(double a) { return std::isfinite(a); }
static bool isInfinite(double a) { return std::isinf(a); }
static bool isNaN(double a) { return std::isnan(a); }

static int64_t absi(int64_t a, unsigned bits) { return bits == 1 || a >= 0 ? a : int64_t(0 - uint64_t(a)); }
static int64_t ctpop(int64_t a, unsigned bits) { return llvm::popcount(readUnsigned(a, bits)); }
static int64_t ctlz(int64_t a, unsigned bits) { return llvm::countl_zero(readUnsigned(a, bits)) - int(64 - bits); }
static int64_t cttz(int64_t a, unsigned bits) {
  uint64_t value = readUnsigned(a, bits);
  return value ? llvm::countr_zero(value) : bits;
}

/// A float to an integer power.
static LogicalResult fpowi(Machine &machine, Operation *op) {
  const Tile &base = machine.tile(op->getOperand(0)), &exponent = machine.tile(op->getOperand(1));
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.reals[i] = std::pow(base.reals[i], double(exponent.integers[i]));
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

void attn::interpreter::addMathOps(HandlerTable &table) {
  table["math.exp"] = realUnary<std::exp>;
  table["math.exp2"] = realUnary<std::exp2>;
  table["math.expm1"] = realUnary<std::expm1>;
  table["math.log"] = realUnary<std::log>;
  table["math.log2"] = realUnary<std::log2>;
  table["math.log10"] = realUnary<std::log10>;
  table["math.log1p"] = realUnary<std::log1p>;
  table["math.sqrt"] = realUnary<std::sqrt>;
  table["math.rsqrt"] = realUnary<rsqrt>;
  table["math.cbrt"] = realUnary<std::cbrt>;
  table["math.sin"] = realUnary<std::sin>;
  table["math.cos"] = realUnary<std::cos>;
  table["math.tan"] = realUnary<std::tan>;
  table["math.asin"] = realUnary<std::asin>;
  table["math.acos"] = realUnary<std::acos>;
  table["math.atan"] = realUnary<std::atan>;
  table["math.sinh"] = realUnary<std::sinh>;
  table["math.cosh"] = realUnary<std::cosh>;
  table["math.tanh"] = realUnary<std::tanh>;
  table["math.erf"] = realUnary<std::erf>;
  table["math.erfc"] = realUnary<std::erfc>;
  table["math.absf"] = realUnary<std::fabs>;
  table["math.floor"] = realUnary<std::floor>;
  table["math.ceil"] = realUnary<std::ceil>;
  table["math.trunc"] = realUnary<std::trunc>;
  table["math.round"] = realUnary<std::round>;
  table["math.roundeven"] = realUnary<std::nearbyint>;
  table["math.powf"] = realBinary<std::pow>;
  table["math.atan2"] = realBinary<std::atan2>;
  table["math.copysign"] = realBinary<std::copysign>;
  table["math.fma"] = realTernary<fusedMultiplyAdd>;
  table["math.clampf"] = realTernary<clamp>;
  table["math.fpowi"] = fpowi;
  table["math.isfinite"] = realTest<isFinite>;
  table["math.isinf"] = realTest<isInfinite>;
  table["math.isnan"] = realTest<isNaN>;
  table["math.absi"] = integerUnary<absi>;
  table["math.ctpop"] = integerUnary<ctpop>;
  table["math.ctlz"] = integerUnary<ctlz>;
  table["math.cttz"] = integerUnary<cttz>;
}
