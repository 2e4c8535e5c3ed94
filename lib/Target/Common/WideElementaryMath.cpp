// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions whose f32 form is computed in f64, where few lines are enough for the last bit.
#include "lib/Target/Common/ElementaryMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;

namespace attn::target {

Value ElementaryMath::widen(Value x) {
  Type wide = withElement(x.getType(), b.getF64Type());
  return wide == x.getType() ? x : arith::ExtFOp::create(b, loc, wide, x);
}

Value ElementaryMath::narrow(Value x, Type type) {
  return type == x.getType() ? x : arith::TruncFOp::create(b, loc, type, x);
}

Value ElementaryMath::expm1(Value x) {
  Type type = x.getType();
  if (getElementTypeOrSelf(type).isF32()) {
    Value e = exp(widen(x));
    Value difference = narrow(arith::SubFOp::create(b, loc, e, splat(e.getType(), 1.0)), type);
    // Below, the second term of the series is under half an ulp, and -0 stays.
    Value tiny = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, math::AbsFOp::create(b, loc, x),
                                       splat(type, 5.9604644775390625e-08));
    return arith::SelectOp::create(b, loc, tiny, x, difference);
  }
  // (u - 1) x / log(u) with u = fl(e^x): the rounding of u cancels.
  Value u = exp(x);
  Value d = arith::SubFOp::create(b, loc, u, splat(type, 1.0));
  Value corrected = arith::MulFOp::create(b, loc, d, arith::DivFOp::create(b, loc, x, log(u)));
  auto when = [&](arith::CmpFPredicate predicate, Value value, double bound, Value then) {
    Value c = arith::CmpFOp::create(b, loc, predicate, value, splat(type, bound));
    corrected = arith::SelectOp::create(b, loc, c, then, corrected);
  };
  when(arith::CmpFPredicate::UEQ, u, std::numeric_limits<double>::infinity(), u);
  when(arith::CmpFPredicate::OEQ, d, 0.0, x);
  when(arith::CmpFPredicate::OEQ, d, -1.0, d);
  return corrected;
}

// x = k π/2 + r; the two low bits of k, `turned` by a quarter for the cosine, choose the series and the sign.
Value ElementaryMath::sine(Value narrowX, int64_t turned) {
  static const double sines[] = {1.0,           -1.0 / 6,         1.0 / 120,           -1.0 / 5040,
                                 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0, -1.0 / 1307674368000.0};
  static const double cosines[] = {1.0,         -1.0 / 2,          1.0 / 24,          -1.0 / 720,
                                   1.0 / 40320, -1.0 / 3628800.0, 1.0 / 479001600.0, -1.0 / 87178291200.0};
  Value x = widen(narrowX);
  Type type = x.getType();
  Value k = math::RoundEvenOp::create(b, loc, arith::MulFOp::create(b, loc, x, splat(type, 0.63661977236758134308)));
  Value r = math::FmaOp::create(b, loc, k, splat(type, -1.57079632679489655800), x);
  r = math::FmaOp::create(b, loc, k, splat(type, -6.12323399573676603587e-17), r);
  Value square = arith::MulFOp::create(b, loc, r, r);
  Value s = arith::MulFOp::create(b, loc, r, horner(sines, square));
  Value c = horner(cosines, square);
  Type bits = withElement(type, b.getI64Type());
  Value quarter = arith::FPToSIOp::create(b, loc, bits, k);
  if (turned)
    quarter = arith::AddIOp::create(b, loc, quarter, integer(bits, turned));
  auto hasBit = [&](int64_t bit) -> Value {
    Value masked = arith::AndIOp::create(b, loc, quarter, integer(bits, bit));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, masked, integer(bits, 0));
  };
  Value chosen = arith::SelectOp::create(b, loc, hasBit(1), c, s);
  chosen = arith::SelectOp::create(b, loc, hasBit(2), arith::NegFOp::create(b, loc, chosen), chosen);
  return narrow(chosen, narrowX.getType());
}

Value ElementaryMath::sin(Value x) { return sine(x, 0); }
Value ElementaryMath::cos(Value x) { return sine(x, 1); }

// 2^(y log2 |x|), and the cases of the C standard.
Value ElementaryMath::powF32(Value narrowX, Value narrowY) {
  Value x = widen(narrowX), y = widen(narrowY);
  Type type = x.getType();
  double infinity = std::numeric_limits<double>::infinity();
  auto compare = [&](arith::CmpFPredicate predicate, Value l, Value r) -> Value {
    return arith::CmpFOp::create(b, loc, predicate, l, r);
  };
  auto both = [&](Value l, Value r) -> Value { return arith::AndIOp::create(b, loc, l, r); };
  auto either = [&](Value l, Value r) -> Value { return arith::OrIOp::create(b, loc, l, r); };
  Value magnitude = math::AbsFOp::create(b, loc, x);
  Value one = splat(type, 1.0);
  Value result = exp2(arith::MulFOp::create(b, loc, y, log2(magnitude)));

  Value half = arith::MulFOp::create(b, loc, y, splat(type, 0.5));
  Value whole = compare(arith::CmpFPredicate::OEQ, math::FloorOp::create(b, loc, y), y);
  Value odd = both(whole, compare(arith::CmpFPredicate::UNE, math::FloorOp::create(b, loc, half), half));
  result = arith::SelectOp::create(b, loc, odd, math::CopySignOp::create(b, loc, result, x), result);
  Value negative = both(compare(arith::CmpFPredicate::OLT, x, splat(type, 0.0)),
                        compare(arith::CmpFPredicate::OGT, x, splat(type, -infinity)));
  Value broken = both(negative, compare(arith::CmpFPredicate::UNE, math::FloorOp::create(b, loc, y), y));
  result = arith::SelectOp::create(b, loc, broken, splat(type, std::numeric_limits<double>::quiet_NaN()), result);

  Value far = compare(arith::CmpFPredicate::OEQ, math::AbsFOp::create(b, loc, y), splat(type, infinity));
  Value unit = both(far, compare(arith::CmpFPredicate::OEQ, magnitude, one));
  unit = either(unit, compare(arith::CmpFPredicate::OEQ, y, splat(type, 0.0)));
  unit = either(unit, compare(arith::CmpFPredicate::OEQ, x, one));
  return narrow(arith::SelectOp::create(b, loc, unit, one, result), narrowX.getType());
}

} // namespace attn::target
