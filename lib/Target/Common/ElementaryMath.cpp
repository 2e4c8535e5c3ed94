// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions as polynomials over a reduced range.
#include "lib/Target/Common/ElementaryMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;

namespace attn::target {

static bool isF64(Type type) { return getElementTypeOrSelf(type).isF64(); }

Type ElementaryMath::withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return VectorType::get(vector.getShape(), element);
  return element;
}

Value ElementaryMath::splat(Type type, double value) {
  FloatAttr scalar = b.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b, loc, vector, DenseElementsAttr::get(vector, scalar.getValue()));
  return arith::ConstantOp::create(b, loc, type, scalar);
}

Value ElementaryMath::integer(Type type, int64_t value) {
  IntegerAttr scalar = b.getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b, loc, vector, DenseElementsAttr::get(vector, scalar.getValue()));
  return arith::ConstantOp::create(b, loc, type, scalar);
}

// One vmaxps or vminps each: x where unordered, so that NaN in x survives.
Value ElementaryMath::maximum(Value bound, Value x) {
  Value c = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, bound, x);
  return arith::SelectOp::create(b, loc, c, bound, x);
}

Value ElementaryMath::minimum(Value bound, Value x) {
  Value c = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, bound, x);
  return arith::SelectOp::create(b, loc, c, bound, x);
}

/// c[0] + x * (c[1] + x * ...).
Value ElementaryMath::horner(ArrayRef<double> c, Value x) {
  Value p = splat(x.getType(), c.back());
  for (double k : llvm::reverse(c.drop_back()))
    p = math::FmaOp::create(b, loc, p, x, splat(x.getType(), k));
  return p;
}

Value ElementaryMath::scaleByPowerOf2(Value x, Value n) {
  Type type = x.getType();
  // 2^n as a product of two powers whose exponents fit, so that the second product alone can leave the normal range.
  bool wide = isF64(type);
  Type bits = withElement(type, wide ? b.getI64Type() : b.getI32Type());
  Value k = arith::FPToSIOp::create(b, loc, bits, n);
  Value half = arith::ShRSIOp::create(b, loc, k, integer(bits, 1));
  Value rest = arith::SubIOp::create(b, loc, k, half);
  Value result = x;
  for (Value e : {half, rest}) {
    Value biased = arith::AddIOp::create(b, loc, e, integer(bits, wide ? 1023 : 127));
    Value power = arith::ShLIOp::create(b, loc, biased, integer(bits, wide ? 52 : 23));
    result = arith::MulFOp::create(b, loc, result, arith::BitcastOp::create(b, loc, type, power));
  }
  return result;
}

/// e^r for |r| <= ln(2)/2; exactly 1 at 0.
Value ElementaryMath::expOfReduced(Value r) {
  // f32: relative error equalised, 9.6e-8. f64: the series.
  static const double narrow[] = {1.0,
                                  0.9999997019767761,
                                  0.4999915063381195,
                                  0.1666763722896576,
                                  0.0418979749083519,
                                  0.008290305733680725};
  static const double wide[] = {1.0,           1.0,           1.0 / 2,        1.0 / 6,         1.0 / 24,
                                1.0 / 120,     1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,
                                1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};
  return isF64(r.getType()) ? horner(wide, r) : horner(narrow, r);
}

Value ElementaryMath::exp(Value x) {
  Type type = x.getType();
  bool wide = isF64(type);
  // Past these bounds the result is exactly 0 or infinite; inside them the reduction below is exact enough.
  x = maximum(splat(type, wide ? -746.0 : -105.0), x);
  x = minimum(splat(type, wide ? 710.0 : 90.0), x);
  Value n = math::RoundEvenOp::create(b, loc, arith::MulFOp::create(b, loc, x, splat(type, 1.4426950408889634)));
  double high = wide ? 6.93147180369123816490e-01 : 0.693359375;
  double low = wide ? 1.90821492927058770002e-10 : -2.12194440e-4;
  Value r = math::FmaOp::create(b, loc, n, splat(type, -high), x);
  r = math::FmaOp::create(b, loc, n, splat(type, -low), r);
  return scaleByPowerOf2(expOfReduced(r), n);
}

Value ElementaryMath::exp2(Value x) {
  Type type = x.getType();
  bool wide = isF64(type);
  x = maximum(splat(type, wide ? -1077.0 : -152.0), x);
  x = minimum(splat(type, wide ? 1025.0 : 129.0), x);
  Value n = math::RoundEvenOp::create(b, loc, x);
  Value f = arith::SubFOp::create(b, loc, x, n);
  Value r = arith::MulFOp::create(b, loc, f, splat(type, 0.6931471805599453));
  return scaleByPowerOf2(expOfReduced(r), n);
}

// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); log(1 + f) by the odd series in s = f / (2 + f).
Value ElementaryMath::log(Value x) {
  Type type = x.getType();
  bool wide = isF64(type);
  Type bits = withElement(type, wide ? b.getI64Type() : b.getI32Type());
  unsigned fraction = wide ? 52 : 23;
  double tiny = wide ? std::numeric_limits<double>::min() : std::numeric_limits<float>::min();
  auto bin = [&](auto tag, Value l, Value r) -> Value { return decltype(tag)::create(b, loc, l, r); };

  Value subnormal = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, splat(type, tiny));
  Value scaled = arith::MulFOp::create(b, loc, x, splat(type, wide ? 18014398509481984.0 : 33554432.0)); // 2^54, 2^25
  Value y = arith::SelectOp::create(b, loc, subnormal, scaled, x);
  Value shift = arith::SelectOp::create(b, loc, subnormal, splat(type, wide ? -54.0 : -25.0), splat(type, 0.0));

  Value raw = arith::BitcastOp::create(b, loc, bits, y);
  int64_t root = wide ? 0x3fe6a09e667f3bcdLL : 0x3f3504f3; // sqrt(1/2)
  Value offset = bin(arith::SubIOp(), raw, integer(bits, root));
  Value k = bin(arith::ShRSIOp(), offset, integer(bits, fraction));
  Value mantissa = bin(arith::SubIOp(), raw, bin(arith::ShLIOp(), k, integer(bits, fraction)));
  Value m = arith::BitcastOp::create(b, loc, type, mantissa);
  Value e = bin(arith::AddFOp(), arith::SIToFPOp::create(b, loc, type, k), shift);

  Value f = bin(arith::SubFOp(), m, splat(type, 1.0));
  Value s = bin(arith::DivFOp(), f, bin(arith::AddFOp(), f, splat(type, 2.0)));
  Value z = bin(arith::MulFOp(), s, s);
  static const double narrowSeries[] = {0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841};
  static const double wideSeries[] = {6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
                                      2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
                                      1.479819860511658591e-01};
  Value series = wide ? horner(wideSeries, z) : horner(narrowSeries, z);
  Value rest = bin(arith::MulFOp(), z, series);
  Value half = bin(arith::MulFOp(), bin(arith::MulFOp(), f, f), splat(type, 0.5));
  double high = wide ? 6.93147180369123816490e-01 : 6.9313812256e-01;
  double low = wide ? 1.90821492927058770002e-10 : 9.0580006145e-06;
  Value inner = math::FmaOp::create(b, loc, s, bin(arith::AddFOp(), half, rest),
                                    bin(arith::MulFOp(), e, splat(type, low)));
  Value small = bin(arith::SubFOp(), bin(arith::SubFOp(), half, inner), f);
  Value result = bin(arith::SubFOp(), bin(arith::MulFOp(), e, splat(type, high)), small);

  double infinity = std::numeric_limits<double>::infinity();
  auto when = [&](arith::CmpFPredicate predicate, double bound, Value value) {
    Value c = arith::CmpFOp::create(b, loc, predicate, x, splat(type, bound));
    result = arith::SelectOp::create(b, loc, c, value, result);
  };
  when(arith::CmpFPredicate::UEQ, infinity, x); // infinite or NaN
  when(arith::CmpFPredicate::OEQ, 0.0, splat(type, -infinity));
  when(arith::CmpFPredicate::OLT, 0.0, splat(type, std::numeric_limits<double>::quiet_NaN()));
  return result;
}

Value ElementaryMath::log2(Value x) {
  return arith::MulFOp::create(b, loc, log(x), splat(x.getType(), 1.4426950408889634));
}

// log(u) x / (u - 1) with u = fl(1 + x): the rounding of u cancels.
Value ElementaryMath::log1p(Value x) {
  Type type = x.getType();
  Value u = arith::AddFOp::create(b, loc, x, splat(type, 1.0));
  Value d = arith::SubFOp::create(b, loc, u, splat(type, 1.0));
  Value l = log(u);
  Value corrected = arith::MulFOp::create(b, loc, l, arith::DivFOp::create(b, loc, x, d));
  Value plain = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UEQ, u,
                                      splat(type, std::numeric_limits<double>::infinity()));
  Value zero = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, d, splat(type, 0.0));
  Value lost = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, u, splat(type, 0.0));
  Value result = arith::SelectOp::create(b, loc, zero, x, corrected);
  result = arith::SelectOp::create(b, loc, plain, l, result);
  return arith::SelectOp::create(b, loc, lost, l, result);
}

// x P(x²) / Q(x²), clamped where tanh rounds to ±1: absolute error 2e-8, odd, accurate near 0.
Value ElementaryMath::tanhF32(Value x) {
  static const double p[] = {0.9999998807907104, 0.13373304903507233, 0.003486709203571081, 2.047390808002092e-05,
                             1.318707720798784e-08};
  static const double q[] = {1.0, 0.4670660197734833, 0.025842465460300446, 0.00032715927227400243,
                             7.703836217842763e-07};
  Type type = x.getType();
  x = minimum(splat(type, 9.0), maximum(splat(type, -9.0), x));
  Value y = arith::MulFOp::create(b, loc, x, x);
  return arith::DivFOp::create(b, loc, arith::MulFOp::create(b, loc, horner(p, y), x), horner(q, y));
}

// (1 - e^-2|x|) / (1 + e^-2|x|) away from 0, the series near it, where the difference would cancel.
Value ElementaryMath::tanhF64(Value x) {
  static const double series[] = {1.0,
                                  -1.0 / 3,
                                  2.0 / 15,
                                  -17.0 / 315,
                                  62.0 / 2835,
                                  -1382.0 / 155925,
                                  21844.0 / 6081075,
                                  -929569.0 / 638512875,
                                  6404582.0 / 10854718875};
  Type type = x.getType();
  Value magnitude = math::AbsFOp::create(b, loc, x);
  Value e = exp(arith::MulFOp::create(b, loc, magnitude, splat(type, -2.0)));
  Value one = splat(type, 1.0);
  Value far = arith::DivFOp::create(b, loc, arith::SubFOp::create(b, loc, one, e),
                                    arith::AddFOp::create(b, loc, one, e));
  far = math::CopySignOp::create(b, loc, far, x);
  Value near = arith::MulFOp::create(b, loc, x, horner(series, arith::MulFOp::create(b, loc, x, x)));
  Value close = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, magnitude, splat(type, 0.1));
  return arith::SelectOp::create(b, loc, close, near, far);
}

Value ElementaryMath::tanh(Value x) { return isF64(x.getType()) ? tanhF64(x) : tanhF32(x); }

} // namespace attn::target
