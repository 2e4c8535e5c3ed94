// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on floats. Functions that the hardware approximates are computed exactly and rounded.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace attn::cuda::simulator;

//===- 16-bit floats --------------------------------------------------------------------------------------------===//

static uint32_t bitsOf(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static float floatOf(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

float attn::cuda::simulator::fromBF16(uint32_t bits) { return floatOf(bits << 16); }

uint32_t attn::cuda::simulator::toBF16(float value) {
  uint32_t bits = bitsOf(value);
  if (value != value)
    return 0x7fff;
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

float attn::cuda::simulator::fromF16(uint32_t bits) {
  uint32_t sign = (bits & 0x8000) << 16, exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  if (exponent == 31)
    return floatOf(sign | 0x7f800000 | fraction << 13);
  if (exponent)
    return floatOf(sign | (exponent + 112) << 23 | fraction << 13);
  float small = std::ldexp(float(fraction), -24);
  return sign ? -small : small;
}

uint32_t attn::cuda::simulator::toF16(float value) {
  uint32_t sign = bitsOf(value) >> 16 & 0x8000;
  if (value != value)
    return 0x7fff;
  double size = std::fabs(value);
  if (size >= 65520.0)
    return sign | 0x7c00;
  int exponent = size ? std::max(std::ilogb(size), -14) : -14;
  double steps = std::nearbyint(std::ldexp(size, 10 - exponent)); // to even
  if (steps >= 2048)
    steps /= 2, ++exponent;
  if (steps < 1024)
    return sign | uint32_t(steps);
  return sign | uint32_t(exponent + 15) << 10 | (uint32_t(steps) - 1024);
}

//===- functions ------------------------------------------------------------------------------------------------===//

namespace {

enum class Kind { f32, f64, f16, bf16 };

Kind kindOf(Type type) {
  type = getElementTypeOrSelf(type);
  return type.isF64() ? Kind::f64 : type.isF16() ? Kind::f16 : type.isBF16() ? Kind::bf16 : Kind::f32;
}

template <uint32_t (*to)(float), float (*from)(uint32_t), float (*fn)(float, float)>
uint32_t inFloat(uint32_t a, uint32_t b) {
  return to(fn(from(a), from(b)));
}
template <uint32_t (*to)(float), float (*from)(uint32_t), float (*fn)(float)> uint32_t inFloat(uint32_t a) {
  return to(fn(from(a)));
}

template <float (*narrow)(float, float), double (*wide)(double, double)>
bool decodeBinary(Decoder &d, Operation *op) {
  switch (kindOf(op->getResult(0).getType())) {
  case Kind::f32:
    return emitEach(d, op, runBinary<float, float, narrow>);
  case Kind::f64:
    return emitEach(d, op, runBinary<double, double, wide>);
  case Kind::f16:
    return emitEach(d, op, runBinary<uint32_t, uint32_t, inFloat<toF16, fromF16, narrow>>);
  case Kind::bf16:
    return emitEach(d, op, runBinary<uint32_t, uint32_t, inFloat<toBF16, fromBF16, narrow>>);
  }
  return false;
}

template <float (*narrow)(float), double (*wide)(double)> bool decodeUnary(Decoder &d, Operation *op) {
  switch (kindOf(op->getResult(0).getType())) {
  case Kind::f32:
    return emitEach(d, op, runUnary<float, float, narrow>);
  case Kind::f64:
    return emitEach(d, op, runUnary<double, double, wide>);
  case Kind::f16:
    return emitEach(d, op, runUnary<uint32_t, uint32_t, inFloat<toF16, fromF16, narrow>>);
  case Kind::bf16:
    return emitEach(d, op, runUnary<uint32_t, uint32_t, inFloat<toBF16, fromBF16, narrow>>);
  }
  return false;
}

template <typename T> T add(T a, T b) { return a + b; }
template <typename T> T sub(T a, T b) { return a - b; }
template <typename T> T mul(T a, T b) { return a * b; }
template <typename T> T div(T a, T b) { return a / b; }
template <typename T> T rem(T a, T b) { return std::fmod(a, b); }
template <typename T> T copySign(T a, T b) { return std::copysign(a, b); }
template <typename T> T power(T a, T b) { return std::pow(double(a), double(b)); }
/// A NaN stays.
template <typename T> T maximum(T a, T b) {
  return a != a ? a : b != b ? b : a > b || (a == b && !std::signbit(a)) ? a : b;
}
template <typename T> T minimum(T a, T b) {
  return a != a ? a : b != b ? b : a < b || (a == b && std::signbit(a)) ? a : b;
}
/// A number wins.
template <typename T> T maxNum(T a, T b) { return a != a ? b : b != b ? a : maximum(a, b); }
template <typename T> T minNum(T a, T b) { return a != a ? b : b != b ? a : minimum(a, b); }
template <typename T> T fma(T a, T b, T c) { return std::fma(a, b, c); }

template <typename T> T negate(T a) { return -a; }
template <typename T> T absolute(T a) { return std::fabs(a); }
template <typename T> T expOf(T a) { return std::exp(double(a)); }
template <typename T> T exp2Of(T a) { return std::exp2(double(a)); }
template <typename T> T expM1(T a) { return std::expm1(double(a)); }
template <typename T> T logOf(T a) { return std::log(double(a)); }
template <typename T> T log2Of(T a) { return std::log2(double(a)); }
template <typename T> T log1pOf(T a) { return std::log1p(double(a)); }
template <typename T> T tanhOf(T a) { return std::tanh(double(a)); }
template <typename T> T sinOf(T a) { return std::sin(double(a)); }
template <typename T> T cosOf(T a) { return std::cos(double(a)); }
template <typename T> T erfOf(T a) { return std::erf(double(a)); }
template <typename T> T sqrtOf(T a) { return std::sqrt(double(a)); }
template <typename T> T rsqrtOf(T a) { return 1.0 / std::sqrt(double(a)); }
template <typename T> T floorOf(T a) { return std::floor(a); }
template <typename T> T ceilOf(T a) { return std::ceil(a); }
template <typename T> T truncOf(T a) { return std::trunc(a); }
template <typename T> T roundOf(T a) { return std::round(a); }
template <typename T> T roundEven(T a) { return std::nearbyint(a); }
/// What is below the smallest normal number is zero.
template <typename T> T exp2Flushed(T a) {
  double value = std::exp2(double(a));
  return value < 0x1p-126 ? 0.0 : value;
}

bool decodeFma(Decoder &d, Operation *op) {
  Kind kind = kindOf(op->getResult(0).getType());
  if (kind == Kind::f32)
    return emitEach(d, op, runTernary<float, fma<float>>);
  return kind == Kind::f64 ? emitEach(d, op, runTernary<double, fma<double>>) : d.fail(op, "expects f32 or f64");
}

template <typename T> bool compare(arith::CmpFPredicate predicate, T a, T b) {
  bool isUnordered = a != a || b != b;
  auto raw = uint64_t(predicate); // bits: unordered, less, greater, equal, in the order of the enumeration
  switch (predicate) {
  case arith::CmpFPredicate::AlwaysFalse:
    return false;
  case arith::CmpFPredicate::AlwaysTrue:
    return true;
  case arith::CmpFPredicate::ORD:
    return !isUnordered;
  case arith::CmpFPredicate::UNO:
    return isUnordered;
  default:
    break;
  }
  bool counts = raw >= uint64_t(arith::CmpFPredicate::UEQ);
  if (isUnordered)
    return counts;
  switch (predicate) {
  case arith::CmpFPredicate::OEQ:
  case arith::CmpFPredicate::UEQ:
    return a == b;
  case arith::CmpFPredicate::OGT:
  case arith::CmpFPredicate::UGT:
    return a > b;
  case arith::CmpFPredicate::OGE:
  case arith::CmpFPredicate::UGE:
    return a >= b;
  case arith::CmpFPredicate::OLT:
  case arith::CmpFPredicate::ULT:
    return a < b;
  case arith::CmpFPredicate::OLE:
  case arith::CmpFPredicate::ULE:
    return a <= b;
  default:
    return a != b;
  }
}

/// number: the predicate.
template <typename A, typename T, T (*from)(A)> Step runCompare(Warp &w, const Instruction &i) {
  uint32_t *result = w.at<uint32_t>(i.result);
  const A *a = w.at<A>(i.a), *b = w.at<A>(i.b);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = compare(arith::CmpFPredicate(i.number), from(a[lane]), from(b[lane]));
  return Step::next;
}
template <typename T> T same(T a) { return a; }

bool decodeCompare(Decoder &d, Operation *op) {
  auto compare = cast<arith::CmpFOp>(op);
  int64_t number = int64_t(compare.getPredicate());
  switch (kindOf(compare.getLhs().getType())) {
  case Kind::f32:
    return emitEach(d, op, runCompare<float, float, same<float>>, number);
  case Kind::f64:
    return emitEach(d, op, runCompare<double, double, same<double>>, number);
  case Kind::f16:
    return emitEach(d, op, runCompare<uint32_t, float, fromF16>, number);
  case Kind::bf16:
    return emitEach(d, op, runCompare<uint32_t, float, fromBF16>, number);
  }
  return false;
}

bool decodeIntrinsic(Decoder &d, Operation *op) {
  StringRef name = cast<LLVM::CallIntrinsicOp>(op).getIntrin();
  Handler handler = llvm::StringSwitch<Handler>(name)
                        .Case("llvm.nvvm.ex2.approx.ftz.f", runUnary<float, float, exp2Flushed<float>>)
                        .Case("llvm.nvvm.lg2.approx.f", runUnary<float, float, log2Of<float>>)
                        .Case("llvm.nvvm.rsqrt.approx.f", runUnary<float, float, rsqrtOf<float>>)
                        .Default(nullptr);
  return handler ? emitEach(d, op, handler) : d.fail(op, "calls '" + name + "', which the simulator does not know");
}

} // namespace

#define BINARY(NAME, FN) table[NAME] = decodeBinary<FN<float>, FN<double>>
#define UNARY(NAME, FN) table[NAME] = decodeUnary<FN<float>, FN<double>>

void attn::cuda::simulator::addFloatOps(OpTable &table) {
  BINARY("arith.addf", add);
  BINARY("arith.subf", sub);
  BINARY("arith.mulf", mul);
  BINARY("arith.divf", div);
  BINARY("arith.remf", rem);
  BINARY("arith.maximumf", maximum);
  BINARY("arith.minimumf", minimum);
  BINARY("arith.maxnumf", maxNum);
  BINARY("arith.minnumf", minNum);
  BINARY("math.copysign", copySign);
  BINARY("math.powf", power);
  UNARY("arith.negf", negate);
  UNARY("math.absf", absolute);
  UNARY("math.exp", expOf);
  UNARY("math.exp2", exp2Of);
  UNARY("math.expm1", expM1);
  UNARY("math.log", logOf);
  UNARY("math.log2", log2Of);
  UNARY("math.log1p", log1pOf);
  UNARY("math.tanh", tanhOf);
  UNARY("math.sin", sinOf);
  UNARY("math.cos", cosOf);
  UNARY("math.erf", erfOf);
  UNARY("math.sqrt", sqrtOf);
  UNARY("math.rsqrt", rsqrtOf);
  UNARY("math.floor", floorOf);
  UNARY("math.ceil", ceilOf);
  UNARY("math.trunc", truncOf);
  UNARY("math.round", roundOf);
  UNARY("math.roundeven", roundEven);
  table["math.fma"] = table["llvm.intr.fma"] = decodeFma;
  table["arith.cmpf"] = decodeCompare;
  table["llvm.call_intrinsic"] = decodeIntrinsic;
}

#undef BINARY
#undef UNARY
