// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The arith ops that compute: what each means on one number.
#include "lib/Interpreter/Elementwise.h"
#include <cmath>

using namespace mlir;
using namespace attn::interpreter;

using Integer = std::optional<int64_t>;

//===- floats -------------------------------------------------------------===//

static double addf(double a, double b) { return a + b; }
static double subf(double a, double b) { return a - b; }
static double mulf(double a, double b) { return a * b; }
static double divf(double a, double b) { return a / b; }
static double remf(double a, double b) { return std::fmod(a, b); }
static double negf(double a) { return -a; }
static double maximumf(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  return a > b || (a == b && !std::signbit(a)) ? a : b;
}
static double minimumf(double a, double b) { return -maximumf(-a, -b); }
static double maxnumf(double a, double b) { return std::fmax(a, b); }
static double minnumf(double a, double b) { return std::fmin(a, b); }

//===- integers -----------------------------------------------------------===//

static uint64_t bitsOf(int64_t a) { return static_cast<uint64_t>(a); }
static Integer addi(int64_t a, int64_t b, unsigned) { return bitsOf(a) + bitsOf(b); }
static Integer subi(int64_t a, int64_t b, unsigned) { return bitsOf(a) - bitsOf(b); }
static Integer muli(int64_t a, int64_t b, unsigned) { return bitsOf(a) * bitsOf(b); }
static Integer andi(int64_t a, int64_t b, unsigned) { return a & b; }
static Integer ori(int64_t a, int64_t b, unsigned) { return a | b; }
static Integer xori(int64_t a, int64_t b, unsigned) { return a ^ b; }
static Integer maxsi(int64_t a, int64_t b, unsigned n) { return readSigned(a, n) > readSigned(b, n) ? a : b; }
static Integer minsi(int64_t a, int64_t b, unsigned n) { return readSigned(a, n) < readSigned(b, n) ? a : b; }
static Integer maxui(int64_t a, int64_t b, unsigned n) { return readUnsigned(a, n) > readUnsigned(b, n) ? a : b; }
static Integer minui(int64_t a, int64_t b, unsigned n) { return readUnsigned(a, n) < readUnsigned(b, n) ? a : b; }

/// Signed division that is not defined for 0, nor where the quotient does not fit.
static bool divides(int64_t a, int64_t b, unsigned n) {
  int64_t lowest = n == 1 ? -1 : wrap(int64_t(uint64_t(1) << (n - 1)), n);
  return b != 0 && !(readSigned(b, n) == -1 && readSigned(a, n) == lowest);
}
static Integer divsi(int64_t a, int64_t b, unsigned n) {
  return divides(a, b, n) ? Integer(readSigned(a, n) / readSigned(b, n)) : Integer();
}
static Integer remsi(int64_t a, int64_t b, unsigned n) {
  return divides(a, b, n) ? Integer(readSigned(a, n) % readSigned(b, n)) : Integer();
}
static Integer floordivsi(int64_t a, int64_t b, unsigned n) {
  if (!divides(a, b, n))
    return std::nullopt;
  int64_t x = readSigned(a, n), y = readSigned(b, n);
  return x / y - (x % y != 0 && (x < 0) != (y < 0));
}
static Integer ceildivsi(int64_t a, int64_t b, unsigned n) {
  if (!divides(a, b, n))
    return std::nullopt;
  int64_t x = readSigned(a, n), y = readSigned(b, n);
  return x / y + (x % y != 0 && (x < 0) == (y < 0));
}
static Integer divui(int64_t a, int64_t b, unsigned n) {
  return b ? Integer(readUnsigned(a, n) / readUnsigned(b, n)) : Integer();
}
static Integer remui(int64_t a, int64_t b, unsigned n) {
  return b ? Integer(readUnsigned(a, n) % readUnsigned(b, n)) : Integer();
}
static Integer ceildivui(int64_t a, int64_t b, unsigned n) {
  if (!b)
    return std::nullopt;
  uint64_t x = readUnsigned(a, n), y = readUnsigned(b, n);
  return x / y + (x % y != 0);
}

/// A shift by the width or more is undefined.
static bool shifts(int64_t b, unsigned n) { return readUnsigned(b, n) < n; }
static Integer shli(int64_t a, int64_t b, unsigned n) { return shifts(b, n) ? Integer(bitsOf(a) << b) : Integer(); }
static Integer shrui(int64_t a, int64_t b, unsigned n) {
  return shifts(b, n) ? Integer(readUnsigned(a, n) >> b) : Integer();
}
static Integer shrsi(int64_t a, int64_t b, unsigned n) {
  return shifts(b, n) ? Integer(readSigned(a, n) >> b) : Integer();
}

/// Low and high half of a product, or sum and carry.
template <typename WideT, bool isSum> static LogicalResult extended(Machine &machine, Operation *op) {
  const Tile &a = machine.tile(op->getOperand(0)), &b = machine.tile(op->getOperand(1));
  Tile low = makeResult(op, 0), high = makeResult(op, 1);
  unsigned bits = bitWidth(a.element);
  auto read = [&](int64_t number) -> WideT {
    if constexpr (std::is_same_v<WideT, __int128>)
      return readSigned(number, bits);
    else
      return readUnsigned(number, bits);
  };
  for (int64_t i = 0, e = low.size(); i < e; ++i) {
    WideT x = read(a.integers[i]), y = read(b.integers[i]);
    WideT wide = isSum ? x + y : x * y;
    low.integers[i] = wrap(static_cast<int64_t>(wide), bits);
    high.integers[i] = wrap(static_cast<int64_t>(wide >> bits), bitWidth(high.element));
  }
  machine.bind(op->getResult(0), std::move(low));
  machine.bind(op->getResult(1), std::move(high));
  return success();
}

void attn::interpreter::addArithOps(HandlerTable &table) {
  table["arith.addf"] = realBinary<addf>;
  table["arith.subf"] = realBinary<subf>;
  table["arith.mulf"] = realBinary<mulf>;
  table["arith.divf"] = realBinary<divf>;
  table["arith.remf"] = realBinary<remf>;
  table["arith.negf"] = realUnary<negf>;
  table["arith.maximumf"] = realBinary<maximumf>;
  table["arith.minimumf"] = realBinary<minimumf>;
  table["arith.maxnumf"] = realBinary<maxnumf>;
  table["arith.minnumf"] = realBinary<minnumf>;
  table["arith.addi"] = integerBinary<addi>;
  table["arith.subi"] = integerBinary<subi>;
  table["arith.muli"] = integerBinary<muli>;
  table["arith.andi"] = integerBinary<andi>;
  table["arith.ori"] = integerBinary<ori>;
  table["arith.xori"] = integerBinary<xori>;
  table["arith.maxsi"] = integerBinary<maxsi>;
  table["arith.minsi"] = integerBinary<minsi>;
  table["arith.maxui"] = integerBinary<maxui>;
  table["arith.minui"] = integerBinary<minui>;
  table["arith.divsi"] = integerBinary<divsi>;
  table["arith.remsi"] = integerBinary<remsi>;
  table["arith.floordivsi"] = integerBinary<floordivsi>;
  table["arith.ceildivsi"] = integerBinary<ceildivsi>;
  table["arith.divui"] = integerBinary<divui>;
  table["arith.remui"] = integerBinary<remui>;
  table["arith.ceildivui"] = integerBinary<ceildivui>;
  table["arith.shli"] = integerBinary<shli>;
  table["arith.shrui"] = integerBinary<shrui>;
  table["arith.shrsi"] = integerBinary<shrsi>;
  table["arith.mulsi_extended"] = extended<__int128, false>;
  table["arith.mului_extended"] = extended<unsigned __int128, false>;
  table["arith.addui_extended"] = extended<unsigned __int128, true>;
}
