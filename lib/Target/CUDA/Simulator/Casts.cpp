// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions between numbers, and other names for the same bits.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

/// number: the bits that a has; other: those of the result.
template <typename R, typename A, bool isSigned> Step runResize(Warp &w, const Instruction &i) {
  R *result = w.at<R>(i.result);
  const A *a = w.at<A>(i.a);
  unsigned shift = 64 - i.number, cut = sizeof(R) == 4 ? 64 - i.other : 0;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    uint64_t wide = uint64_t(a[lane]) << shift;
    wide = isSigned ? uint64_t(int64_t(wide) >> shift) : wide >> shift;
    result[lane] = R(wide << cut >> cut);
  }
  return Step::next;
}

unsigned bitsOf(Type type) {
  type = getElementTypeOrSelf(type);
  if (auto pointer = dyn_cast<LLVM::LLVMPointerType>(type))
    return pointer.getAddressSpace() == 3 ? 32 : 64;
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

template <typename R, typename A> Handler resizer(bool isSigned) {
  return isSigned ? runResize<R, A, true> : runResize<R, A, false>;
}

/// An integer of another width; number and other: bits before and after.
bool decodeResize(Decoder &d, Operation *op, bool isSigned) {
  Value from = op->getOperand(0), to = op->getResult(0);
  unsigned before = bitsOf(from.getType()), after = bitsOf(to.getType());
  bool wideFrom = before > 32, wideTo = after > 32;
  if (before == after)
    return d.alias(to, d.of(from)), true;
  Handler handler = wideFrom
                        ? (wideTo ? resizer<uint64_t, uint64_t>(isSigned) : resizer<uint32_t, uint64_t>(isSigned))
                        : (wideTo ? resizer<uint64_t, uint32_t>(isSigned) : resizer<uint32_t, uint32_t>(isSigned));
  Registers sources = d.of(from), results = d.define(to);
  for (auto [source, result] : llvm::zip(sources, results)) {
    Instruction &i = d.emit(handler, op, result, source);
    i.number = before;
    i.other = after;
  }
  return true;
}
bool decodeSigned(Decoder &d, Operation *op) { return decodeResize(d, op, true); }
bool decodeUnsigned(Decoder &d, Operation *op) { return decodeResize(d, op, false); }

/// A float as a double, exactly.
template <typename T> double widen(T value) { return value; }
double widenF16(uint32_t bits) { return fromF16(bits); }
double widenBF16(uint32_t bits) { return fromBF16(bits); }

/// To the nearest 16-bit float of a double, rounded once: the odd bit of a shorter one keeps that it was inexact.
float toOdd(double value) {
  float near = float(value);
  if (double(near) == value || std::isnan(value) || std::isinf(near))
    return near;
  float below = std::fabs(double(near)) > std::fabs(value) ? std::nextafter(near, 0.0f) : near;
  uint32_t bits;
  memcpy(&bits, &below, sizeof bits);
  bits |= 1;
  memcpy(&below, &bits, sizeof bits);
  return below;
}
float narrowF32(double value) { return float(value); }
double narrowF64(double value) { return value; }
uint32_t narrowF16(double value) { return toF16(toOdd(value)); }
uint32_t narrowBF16(double value) { return toBF16(toOdd(value)); }

template <typename R, R (*to)(double), typename A, double (*from)(A)> R convert(A value) { return to(from(value)); }

template <typename A, double (*from)(A)> Handler converter(Type to) {
  if (to.isF16())
    return runUnary<uint32_t, A, convert<uint32_t, narrowF16, A, from>>;
  if (to.isBF16())
    return runUnary<uint32_t, A, convert<uint32_t, narrowBF16, A, from>>;
  if (to.isF32())
    return runUnary<float, A, convert<float, narrowF32, A, from>>;
  return runUnary<double, A, convert<double, narrowF64, A, from>>;
}

/// Between floats.
bool decodeFloat(Decoder &d, Operation *op) {
  Type from = getElementTypeOrSelf(op->getOperand(0).getType()),
       to = getElementTypeOrSelf(op->getResult(0).getType());
  Handler handler = from.isF16()    ? converter<uint32_t, widenF16>(to)
                    : from.isBF16() ? converter<uint32_t, widenBF16>(to)
                    : from.isF32()  ? converter<float, widen<float>>(to)
                                    : converter<double, widen<double>>(to);
  return emitEach(d, op, handler);
}

/// Integers of up to 53 bits are exact as doubles; number: the bits that they have.
template <typename R, R (*to)(double), typename A, bool isSigned> Step runFromInteger(Warp &w, const Instruction &i) {
  R *result = w.at<R>(i.result);
  const A *a = w.at<A>(i.a);
  unsigned shift = 64 - i.number;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    uint64_t wide = uint64_t(a[lane]) << shift;
    result[lane] = to(isSigned ? double(int64_t(wide) >> shift) : double(wide >> shift));
  }
  return Step::next;
}

template <typename A, bool isSigned> Handler fromInteger(Type to) {
  if (to.isF16())
    return runFromInteger<uint32_t, narrowF16, A, isSigned>;
  if (to.isBF16())
    return runFromInteger<uint32_t, narrowBF16, A, isSigned>;
  if (to.isF32())
    return runFromInteger<float, narrowF32, A, isSigned>;
  return runFromInteger<double, narrowF64, A, isSigned>;
}

template <bool isSigned> bool decodeFromInteger(Decoder &d, Operation *op) {
  unsigned bits = bitsOf(op->getOperand(0).getType());
  Type to = getElementTypeOrSelf(op->getResult(0).getType());
  return emitEach(d, op, bits > 32 ? fromInteger<uint64_t, isSigned>(to) : fromInteger<uint32_t, isSigned>(to), bits);
}

/// number: the bits that the result has. What does not fit is undefined in the op, and the largest on the device.
template <typename R, typename A, double (*from)(A), bool isSigned> Step runToInteger(Warp &w, const Instruction &i) {
  R *result = w.at<R>(i.result);
  const A *a = w.at<A>(i.a);
  double high = std::ldexp(1.0, i.number - isSigned), low = isSigned ? -high : 0.0;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    double value = std::trunc(from(a[lane]));
    uint64_t whole;
    if (value != value)
      whole = 0;
    else if (value >= high)
      whole = (uint64_t(1) << (i.number - isSigned)) - 1;
    else
      whole = isSigned ? uint64_t(int64_t(std::max(value, low))) : uint64_t(std::max(value, low));
    result[lane] = R(i.number < 64 ? whole & ((uint64_t(1) << i.number) - 1) : whole);
  }
  return Step::next;
}

template <typename R, bool isSigned> Handler toInteger(Type from) {
  if (from.isF16())
    return runToInteger<R, uint32_t, widenF16, isSigned>;
  if (from.isBF16())
    return runToInteger<R, uint32_t, widenBF16, isSigned>;
  if (from.isF32())
    return runToInteger<R, float, widen<float>, isSigned>;
  return runToInteger<R, double, widen<double>, isSigned>;
}

template <bool isSigned> bool decodeToInteger(Decoder &d, Operation *op) {
  unsigned bits = bitsOf(op->getResult(0).getType());
  Type from = getElementTypeOrSelf(op->getOperand(0).getType());
  return emitEach(d, op, bits > 32 ? toInteger<uint64_t, isSigned>(from) : toInteger<uint32_t, isSigned>(from), bits);
}

Step runPack(Warp &w, const Instruction &i) {
  uint32_t *result = w.at<uint32_t>(i.result);
  const uint32_t *low = w.at<uint32_t>(i.a), *high = w.at<uint32_t>(i.b);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = (low[lane] & 0xffff) | high[lane] << 16;
  return Step::next;
}

/// number: how far to the right.
Step runPart(Warp &w, const Instruction &i) {
  uint32_t *result = w.at<uint32_t>(i.result);
  const uint32_t *a = w.at<uint32_t>(i.a);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = a[lane] >> i.number & 0xffff;
  return Step::next;
}

/// The same bits: as they are, or two of 16 for one of 32.
bool decodeBits(Decoder &d, Operation *op) {
  Value from = op->getOperand(0), to = op->getResult(0);
  unsigned before = bitsOf(from.getType()), after = bitsOf(to.getType());
  Registers sources = d.of(from);
  if (before == after)
    return d.alias(to, sources), true;
  if (before == 16 && after == 32) {
    Registers results = d.define(to);
    for (auto [n, result] : llvm::enumerate(results))
      d.emit(runPack, op, result, sources[2 * n], sources[2 * n + 1]);
    return true;
  }
  if (before != 32 || after != 16)
    return d.fail(op, "expects elements of 16 or 32 bits");
  Registers results = d.define(to);
  for (auto [n, result] : llvm::enumerate(results))
    d.emit(runPart, op, result, sources[n / 2]).number = 16 * (n % 2);
  return true;
}

/// Addresses of all memory and of global memory are the same numbers here.
bool decodeAddress(Decoder &d, Operation *op) {
  if (isWide(op->getOperand(0).getType()) != isWide(op->getResult(0).getType()))
    return d.fail(op, "expects addresses of one size");
  return d.alias(op->getResult(0), d.of(op->getOperand(0))), true;
}

} // namespace

void attn::cuda::simulator::addCastOps(OpTable &table) {
  table["arith.index_cast"] = table["arith.extsi"] = decodeSigned;
  table["arith.index_castui"] = table["arith.extui"] = table["arith.trunci"] = decodeUnsigned;
  table["llvm.ptrtoint"] = table["llvm.inttoptr"] = decodeUnsigned;
  table["arith.extf"] = table["arith.truncf"] = decodeFloat;
  table["arith.sitofp"] = decodeFromInteger<true>;
  table["arith.uitofp"] = decodeFromInteger<false>;
  table["arith.fptosi"] = decodeToInteger<true>;
  table["arith.fptoui"] = decodeToInteger<false>;
  table["arith.bitcast"] = table["llvm.bitcast"] = decodeBits;
  table["llvm.addrspacecast"] = decodeAddress;
}
