// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on integers.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

template <typename T> using Signed = std::make_signed_t<T>;
template <typename T> constexpr unsigned bitsOf = 8 * sizeof(T);

// T is unsigned: results wrap. What a division by zero gives in lanes that take no part does not matter.
template <typename T> T add(T a, T b) { return a + b; }
template <typename T> T sub(T a, T b) { return a - b; }
template <typename T> T mul(T a, T b) { return a * b; }
template <typename T> T andOf(T a, T b) { return a & b; }
template <typename T> T orOf(T a, T b) { return a | b; }
template <typename T> T xorOf(T a, T b) { return a ^ b; }
template <typename T> T shl(T a, T b) { return b < bitsOf<T> ? a << b : 0; }
template <typename T> T shrU(T a, T b) { return b < bitsOf<T> ? a >> b : 0; }
template <typename T> T shrS(T a, T b) { return Signed<T>(a) >> std::min<T>(b, bitsOf<T> - 1); }
template <typename T> T divU(T a, T b) { return b ? a / b : 0; }
template <typename T> T remU(T a, T b) { return b ? a % b : 0; }
template <typename T> bool overflows(T a, T b) {
  return b == 0 || (Signed<T>(b) == -1 && Signed<T>(a) == std::numeric_limits<Signed<T>>::min());
}
template <typename T> T divS(T a, T b) { return overflows(a, b) ? 0 : Signed<T>(a) / Signed<T>(b); }
template <typename T> T remS(T a, T b) { return overflows(a, b) ? 0 : Signed<T>(a) % Signed<T>(b); }
template <typename T> T ceilDivU(T a, T b) { return b ? a / b + (a % b != 0) : 0; }
template <typename T> T floorDivS(T a, T b) {
  return divS(a, b) - (remS(a, b) != 0 && (Signed<T>(a) < 0) != (Signed<T>(b) < 0));
}
template <typename T> T ceilDivS(T a, T b) {
  return divS(a, b) + (remS(a, b) != 0 && (Signed<T>(a) < 0) == (Signed<T>(b) < 0));
}
template <typename T> T maxS(T a, T b) { return std::max(Signed<T>(a), Signed<T>(b)); }
template <typename T> T minS(T a, T b) { return std::min(Signed<T>(a), Signed<T>(b)); }
template <typename T> T maxU(T a, T b) { return std::max(a, b); }
template <typename T> T minU(T a, T b) { return std::min(a, b); }

/// Of integers narrower than a register: operands extended, the result cut.
template <uint32_t (*fn)(uint32_t, uint32_t), bool isSigned> Step runNarrow(Warp &w, const Instruction &i) {
  uint32_t *result = w.at<uint32_t>(i.result);
  const uint32_t *a = w.at<uint32_t>(i.a), *b = w.at<uint32_t>(i.b);
  unsigned shift = 32 - i.number;
  auto extend = [&](uint32_t x) { return isSigned ? uint32_t(int32_t(x << shift) >> shift) : x; };
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = fn(extend(a[lane]), extend(b[lane])) << shift >> shift;
  return Step::next;
}

/// Whoever divides by zero is told.
template <typename T> Step checkDivisor(Warp &w, const Instruction &i) {
  const T *b = w.at<T>(i.b);
  bool isZero = false;
  forEachLane(w.mask, [&](unsigned lane) { isZero |= b[lane] == 0; });
  return isZero ? w.fail(i, "divides by zero") : Step::next;
}

template <uint32_t (*narrow)(uint32_t, uint32_t), uint64_t (*wide)(uint64_t, uint64_t), bool isSigned, bool divides>
bool decodeBinary(Decoder &d, Operation *op) {
  Type type = getElementTypeOrSelf(op->getResult(0).getType());
  if (divides && op->getNumResults() == 1 && d.of(op->getOperand(0)).size() == 1)
    d.emit(isWide(type) ? checkDivisor<uint64_t> : checkDivisor<uint32_t>, op, 0, 0, d.one(op->getOperand(1)));
  if (isWide(type))
    return emitEach(d, op, runBinary<uint64_t, uint64_t, wide>);
  unsigned bits = type.getIntOrFloatBitWidth();
  return bits == 32 ? emitEach(d, op, runBinary<uint32_t, uint32_t, narrow>)
                    : emitEach(d, op, runNarrow<narrow, isSigned>, bits);
}

template <typename T> constexpr bool compare(arith::CmpIPredicate predicate, T a, T b) {
  using S = Signed<T>;
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return a == b;
  case arith::CmpIPredicate::ne:
    return a != b;
  case arith::CmpIPredicate::slt:
    return S(a) < S(b);
  case arith::CmpIPredicate::sle:
    return S(a) <= S(b);
  case arith::CmpIPredicate::sgt:
    return S(a) > S(b);
  case arith::CmpIPredicate::sge:
    return S(a) >= S(b);
  case arith::CmpIPredicate::ult:
    return a < b;
  case arith::CmpIPredicate::ule:
    return a <= b;
  case arith::CmpIPredicate::ugt:
    return a > b;
  case arith::CmpIPredicate::uge:
    return a >= b;
  }
  return false;
}

/// number: how far narrow integers are shifted, so that they are extended by their sign for a signed comparison.
template <typename T, arith::CmpIPredicate predicate> Step runCompare(Warp &w, const Instruction &i) {
  uint32_t *result = w.at<uint32_t>(i.result);
  const T *a = w.at<T>(i.a), *b = w.at<T>(i.b);
  constexpr bool isSigned = predicate >= arith::CmpIPredicate::slt && predicate <= arith::CmpIPredicate::sge;
  unsigned shift = isSigned ? i.number : 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] =
        compare(predicate, T(Signed<T>(a[lane] << shift) >> shift), T(Signed<T>(b[lane] << shift) >> shift));
  return Step::next;
}

template <typename T> Handler comparer(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  static const Handler table[] = {runCompare<T, P::eq>,  runCompare<T, P::ne>,  runCompare<T, P::slt>,
                                  runCompare<T, P::sle>, runCompare<T, P::sgt>, runCompare<T, P::sge>,
                                  runCompare<T, P::ult>, runCompare<T, P::ule>, runCompare<T, P::ugt>,
                                  runCompare<T, P::uge>};
  return table[uint64_t(predicate)];
}

bool decodeCompare(Decoder &d, Operation *op) {
  auto compare = cast<arith::CmpIOp>(op);
  Type type = getElementTypeOrSelf(compare.getLhs().getType());
  if (isWide(type))
    return emitEach(d, op, comparer<uint64_t>(compare.getPredicate()));
  return emitEach(d, op, comparer<uint32_t>(compare.getPredicate()), 32 - type.getIntOrFloatBitWidth());
}

/// a: which; b, c: where it holds and where not.
template <typename T> Step runSelect(Warp &w, const Instruction &i) {
  T *result = w.at<T>(i.result);
  const uint32_t *which = w.at<uint32_t>(i.a);
  const T *yes = w.at<T>(i.b), *no = w.at<T>(i.c);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = which[lane] & 1 ? yes[lane] : no[lane];
  return Step::next;
}

bool decodeSelect(Decoder &d, Operation *op) {
  bool wide = isWide(getElementTypeOrSelf(op->getResult(0).getType()));
  return emitEach(d, op, wide ? runSelect<uint64_t> : runSelect<uint32_t>);
}

} // namespace

#define BINARY(NAME, FN, SIGNED, DIVIDES) table[NAME] = decodeBinary<FN<uint32_t>, FN<uint64_t>, SIGNED, DIVIDES>

void attn::cuda::simulator::addIntegerOps(OpTable &table) {
  BINARY("arith.addi", add, false, false);
  BINARY("arith.subi", sub, false, false);
  BINARY("arith.muli", mul, false, false);
  BINARY("arith.andi", andOf, false, false);
  BINARY("arith.ori", orOf, false, false);
  BINARY("arith.xori", xorOf, false, false);
  BINARY("arith.shli", shl, false, false);
  BINARY("arith.shrui", shrU, false, false);
  BINARY("arith.shrsi", shrS, true, false);
  BINARY("arith.divui", divU, false, true);
  BINARY("arith.remui", remU, false, true);
  BINARY("arith.divsi", divS, true, true);
  BINARY("arith.remsi", remS, true, true);
  BINARY("arith.ceildivui", ceilDivU, false, true);
  BINARY("arith.ceildivsi", ceilDivS, true, true);
  BINARY("arith.floordivsi", floorDivS, true, true);
  BINARY("arith.maxsi", maxS, true, false);
  BINARY("arith.minsi", minS, true, false);
  BINARY("arith.maxui", maxU, false, false);
  BINARY("arith.minui", minU, false, false);
  table["arith.cmpi"] = decodeCompare;
  table["arith.select"] = decodeSelect;
}

#undef BINARY
