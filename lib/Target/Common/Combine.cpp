// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The arith op and the identity of each kind.
#include "lib/Target/Common/Combine.h"

#include <limits>

using namespace mlir;
using namespace attn::tile;

namespace attn::target {

template <typename FloatOp, typename IntegerOp>
static Value either(OpBuilder &b, Location loc, Value left, Value right) {
  if (isa<FloatType>(getElementTypeOrSelf(left.getType())))
    return FloatOp::create(b, loc, left, right);
  return IntegerOp::create(b, loc, left, right);
}

Value emitCombine(OpBuilder &b, Location loc, CombineKind kind, Value left, Value right) {
  switch (kind) {
  case CombineKind::add:
    return either<arith::AddFOp, arith::AddIOp>(b, loc, left, right);
  case CombineKind::mul:
    return either<arith::MulFOp, arith::MulIOp>(b, loc, left, right);
  case CombineKind::max:
    return either<arith::MaximumFOp, arith::MaxSIOp>(b, loc, left, right);
  case CombineKind::min:
    return either<arith::MinimumFOp, arith::MinSIOp>(b, loc, left, right);
  }
  return left;
}

TypedAttr combineIdentity(CombineKind kind, Type element) {
  if (isa<FloatType>(element)) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double value = kind == CombineKind::mul   ? 1.0
                   : kind == CombineKind::max ? -infinity
                   : kind == CombineKind::min ? infinity
                                              : 0.0;
    return FloatAttr::get(element, value);
  }
  unsigned bits = element.getIntOrFloatBitWidth();
  APInt value = kind == CombineKind::mul   ? APInt(bits, 1)
                : kind == CombineKind::max ? APInt::getSignedMinValue(bits)
                : kind == CombineKind::min ? APInt::getSignedMaxValue(bits)
                                           : APInt(bits, 0);
  return IntegerAttr::get(element, value);
}

} // namespace attn::target
