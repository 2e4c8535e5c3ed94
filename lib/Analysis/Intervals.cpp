// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on bounds.
#include "lib/Analysis/Intervals.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn;
using Predicate = arith::CmpIPredicate;

Value BoundsMath::index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
Value BoundsMath::boolean(bool value) { return arith::ConstantIntOp::create(builder, loc, value, 1); }
Value BoundsMath::add(Value left, Value right) { return builder.createOrFold<arith::AddIOp>(loc, left, right); }
Value BoundsMath::sub(Value left, Value right) { return builder.createOrFold<arith::SubIOp>(loc, left, right); }
Value BoundsMath::mul(Value left, Value right) { return builder.createOrFold<arith::MulIOp>(loc, left, right); }
Value BoundsMath::min(Value left, Value right) { return builder.createOrFold<arith::MinSIOp>(loc, left, right); }
Value BoundsMath::max(Value left, Value right) { return builder.createOrFold<arith::MaxSIOp>(loc, left, right); }
Value BoundsMath::select(Value condition, Value yes, Value no) {
  return builder.createOrFold<arith::SelectOp>(loc, condition, yes, no);
}
Value BoundsMath::both(Value left, Value right) { return builder.createOrFold<arith::AndIOp>(loc, left, right); }
Value BoundsMath::either(Value left, Value right) { return builder.createOrFold<arith::OrIOp>(loc, left, right); }
Value BoundsMath::negate(Value value) { return builder.createOrFold<arith::XOrIOp>(loc, value, boolean(true)); }
Value BoundsMath::lessEqual(Value left, Value right) {
  return builder.createOrFold<arith::CmpIOp>(loc, Predicate::sle, left, right);
}
Value BoundsMath::less(Value left, Value right) {
  return builder.createOrFold<arith::CmpIOp>(loc, Predicate::slt, left, right);
}
Value BoundsMath::equal(Value left, Value right) {
  return builder.createOrFold<arith::CmpIOp>(loc, Predicate::eq, left, right);
}

Value BoundsMath::toIndex(Value value) {
  if (value.getType().isIndex())
    return value;
  if (value.getType().isInteger(1))
    return select(value, index(1), index(0));
  return builder.createOrFold<arith::IndexCastOp>(loc, builder.getIndexType(), value);
}
