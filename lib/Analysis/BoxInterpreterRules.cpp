// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interval interpretation: the rules of booleans, comparisons, floats and lookups.
#include "dialects/Attn/AttnOps.h"
#include "lib/Analysis/BoxInterpreter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn;

//===-- choices and comparisons ---------------------------------------------------------------------------------===//

Abstract BoxInterpreter::select(Operation &op) {
  Value yes = op.getOperand(1), no = op.getOperand(2);
  Abstract condition = booleanOf(op.getOperand(0)), known;
  Value never = math.negate(condition.maybe), always = condition.all;
  if (yes.getType().isInteger(1)) {
    Abstract left = booleanOf(yes), right = booleanOf(no);
    known.maybe = math.either(math.both(condition.maybe, left.maybe), math.both(math.negate(always), right.maybe));
    known.all = math.both(math.either(never, left.all), math.either(always, right.all));
    known.depends = condition.depends | left.depends | right.depends;
    return known;
  }
  Abstract left = get(yes), right = get(no);
  if (!left.hasBounds() || !right.hasBounds() || isa<FloatType>(yes.getType()))
    return known; // a float NaN in one branch says nothing of the other
  known.lo = math.select(always, left.lo, math.select(never, right.lo, math.min(left.lo, right.lo)));
  known.hi = math.select(always, left.hi, math.select(never, right.hi, math.max(left.hi, right.hi)));
  known.bits = std::max(left.bits, right.bits);
  known.depends = condition.depends | left.depends | right.depends;
  return known;
}

static Abstract truth(Value maybe, Value all, unsigned depends) {
  Abstract known;
  known.maybe = maybe;
  known.all = all;
  known.depends = depends;
  return known;
}

Abstract BoxInterpreter::compareIntegers(Operation &op) {
  using Predicate = arith::CmpIPredicate;
  auto compare = cast<arith::CmpIOp>(op);
  Abstract left = get(compare.getLhs()), right = get(compare.getRhs());
  if (!left.hasBounds() || !right.hasBounds())
    return {};
  Predicate predicate = compare.getPredicate();
  if (llvm::is_contained({Predicate::sgt, Predicate::sge, Predicate::ugt, Predicate::uge}, predicate))
    std::swap(left, right);
  unsigned depends = left.depends | right.depends;
  if (predicate == Predicate::eq || predicate == Predicate::ne) {
    Value maybe = math.both(math.lessEqual(left.lo, right.hi), math.lessEqual(right.lo, left.hi));
    Value all = math.both(math.equal(left.lo, right.hi), math.equal(left.hi, right.lo));
    return predicate == Predicate::eq ? truth(maybe, all, depends)
                                      : truth(math.negate(all), math.negate(maybe), depends);
  }
  bool isStrict = llvm::is_contained({Predicate::slt, Predicate::sgt, Predicate::ult, Predicate::ugt}, predicate);
  Value maybe = isStrict ? math.less(left.lo, right.hi) : math.lessEqual(left.lo, right.hi);
  Value all = isStrict ? math.less(left.hi, right.lo) : math.lessEqual(left.hi, right.lo);
  if (llvm::is_contained({Predicate::ult, Predicate::ule, Predicate::ugt, Predicate::uge}, predicate)) {
    Value zero = math.index(0);
    Value isSigned = math.both(math.lessEqual(zero, left.lo), math.lessEqual(zero, right.lo));
    maybe = math.either(maybe, math.negate(isSigned));
    all = math.both(all, isSigned);
  }
  return truth(maybe, all, depends);
}

Abstract BoxInterpreter::compareFloats(Operation &op) {
  using Predicate = arith::CmpFPredicate;
  auto compare = cast<arith::CmpFOp>(op);
  Abstract left = get(compare.getLhs()), right = get(compare.getRhs());
  if (!left.hasBounds() || !right.hasBounds())
    return {};
  auto at = [&](Value a, Value b) -> Value {
    return math.builder.createOrFold<arith::CmpFOp>(math.loc, compare.getPredicate(), a, b);
  };
  switch (compare.getPredicate()) {
  case Predicate::OLT:
  case Predicate::OLE:
  case Predicate::ULT:
  case Predicate::ULE:
    return truth(at(left.lo, right.hi), at(left.hi, right.lo), left.depends | right.depends);
  case Predicate::OGT:
  case Predicate::OGE:
  case Predicate::UGT:
  case Predicate::UGE:
    return truth(at(left.hi, right.lo), at(left.lo, right.hi), left.depends | right.depends);
  default:
    return {};
  }
}

Abstract BoxInterpreter::booleanOp(Operation &op) {
  if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
    if (!compare.getLhs().getType().isInteger(1))
      return compareIntegers(op);
    Abstract left = booleanOf(compare.getLhs()), right = booleanOf(compare.getRhs());
    Value differ = math.either(math.both(left.maybe, math.negate(right.all)),
                               math.both(right.maybe, math.negate(left.all)));
    Value same = math.either(math.both(left.maybe, right.maybe),
                             math.both(math.negate(left.all), math.negate(right.all)));
    unsigned depends = left.depends | right.depends;
    if (compare.getPredicate() == arith::CmpIPredicate::eq)
      return truth(same, math.negate(differ), depends);
    if (compare.getPredicate() == arith::CmpIPredicate::ne)
      return truth(differ, math.negate(same), depends);
    return {};
  }
  if (isa<arith::CmpFOp>(op))
    return compareFloats(op);
  if (!isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op))
    return {};
  Abstract left = booleanOf(op.getOperand(0)), right = booleanOf(op.getOperand(1));
  unsigned depends = left.depends | right.depends;
  if (isa<arith::AndIOp>(op))
    return truth(math.both(left.maybe, right.maybe), math.both(left.all, right.all), depends);
  if (isa<arith::OrIOp>(op))
    return truth(math.either(left.maybe, right.maybe), math.either(left.all, right.all), depends);
  Value maybe = math.either(math.both(left.maybe, math.negate(right.all)),
                            math.both(right.maybe, math.negate(left.all)));
  Value same = math.either(math.both(left.maybe, right.maybe),
                           math.both(math.negate(left.all), math.negate(right.all)));
  return truth(maybe, math.negate(same), depends);
}

//===-- floats --------------------------------------------------------------------------------------------------===//

/// Only what comes from integers and constants: neither infinity nor NaN, so that each rule is monotone. Rounding is.
Abstract BoxInterpreter::floatOp(Operation &op) {
  auto type = cast<FloatType>(op.getResult(0).getType());
  Abstract known;
  auto bounded = [&](Value value) {
    Abstract operand = get(value);
    APFloat constant(0.0f);
    if (operand.uniform && matchPattern(value, m_ConstantFloat(&constant)) && constant.isFinite())
      operand.bits = constant.isZero() ? 0 : std::max(0, ilogb(constant) + 1);
    else if (operand.uniform)
      return Abstract(); // it may be NaN
    return operand;
  };
  auto finish = [&](Value lo, Value hi, unsigned bits, unsigned depends) {
    if (bits >= static_cast<unsigned>(APFloat::semanticsMaxExponent(type.getFloatSemantics())))
      return Abstract();
    known.lo = lo;
    known.hi = hi;
    known.bits = bits;
    known.depends = depends;
    return known;
  };
  auto toFloat = [&](Value bound) -> Value {
    Value wide = math.builder.createOrFold<arith::IndexCastOp>(math.loc, math.builder.getI64Type(), bound);
    return math.builder.createOrFold<arith::SIToFPOp>(math.loc, type, wide);
  };
  if (auto distance = dyn_cast<DistanceOp>(op)) {
    Abstract to = get(distance.getTo()), from = get(distance.getFrom());
    unsigned bits = std::max(to.bits, from.bits) + 1;
    if (!to.hasBounds() || !from.hasBounds() || bits > 64)
      return {};
    return finish(toFloat(math.sub(to.lo, from.hi)), toFloat(math.sub(to.hi, from.lo)), bits,
                  to.depends | from.depends);
  }
  if (isa<arith::SIToFPOp>(op)) {
    Abstract source = get(op.getOperand(0));
    return source.hasBounds() ? finish(toFloat(source.lo), toFloat(source.hi), source.bits, source.depends)
                              : Abstract();
  }
  if (isa<arith::NegFOp, mlir::math::AbsFOp>(op)) {
    Abstract source = bounded(op.getOperand(0));
    if (!source.hasBounds())
      return {};
    Value low = math.builder.createOrFold<arith::NegFOp>(math.loc, source.lo);
    Value high = math.builder.createOrFold<arith::NegFOp>(math.loc, source.hi);
    if (isa<arith::NegFOp>(op))
      return finish(high, low, source.bits, source.depends);
    Value zero = arith::ConstantOp::create(math.builder, math.loc, FloatAttr::get(type, 0.0));
    Value least = math.builder.createOrFold<arith::MaximumFOp>(math.loc, source.lo, high);
    return finish(math.builder.createOrFold<arith::MaximumFOp>(math.loc, zero, least),
                  math.builder.createOrFold<arith::MaximumFOp>(math.loc, source.hi, low), source.bits, source.depends);
  }
  if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
    return {};
  Abstract left = bounded(op.getOperand(0)), right = bounded(op.getOperand(1));
  if (!left.hasBounds() || !right.hasBounds())
    return {};
  unsigned depends = left.depends | right.depends, larger = std::max(left.bits, right.bits) + 1;
  auto add = [&](Value a, Value b) -> Value { return math.builder.createOrFold<arith::AddFOp>(math.loc, a, b); };
  auto sub = [&](Value a, Value b) -> Value { return math.builder.createOrFold<arith::SubFOp>(math.loc, a, b); };
  auto mul = [&](Value a, Value b) -> Value { return math.builder.createOrFold<arith::MulFOp>(math.loc, a, b); };
  auto min = [&](Value a, Value b) -> Value { return math.builder.createOrFold<arith::MinimumFOp>(math.loc, a, b); };
  auto max = [&](Value a, Value b) -> Value { return math.builder.createOrFold<arith::MaximumFOp>(math.loc, a, b); };
  if (isa<arith::AddFOp>(op))
    return finish(add(left.lo, right.lo), add(left.hi, right.hi), larger, depends);
  if (isa<arith::SubFOp>(op))
    return finish(sub(left.lo, right.hi), sub(left.hi, right.lo), larger, depends);
  Value a = mul(left.lo, right.lo), b = mul(left.hi, right.hi), c = mul(left.lo, right.hi), d = mul(left.hi, right.lo);
  return finish(min(min(a, b), min(c, d)), max(max(a, b), max(c, d)), left.bits + right.bits, depends);
}

//===-- lookups -------------------------------------------------------------------------------------------------===//

/// Along one index that varies, over all places between its bounds: those the pairs read, and what lies between.
Abstract BoxInterpreter::lookup(Operation &op) {
  auto lookup = cast<LookupOp>(op);
  Type element = lookup.getType();
  std::optional<unsigned> varying;
  for (auto [number, index] : llvm::enumerate(lookup.getIndices())) {
    if (values.lookup(index).uniform)
      continue;
    Abstract known = get(index);
    if (varying || !known.hasBounds() || !known.attained)
      return {}; // a place that no pair reads may lie outside
    varying = number;
  }
  if (!varying || !uniforms.contains(lookup.getTensor()) || !element.isSignlessInteger())
    return {};
  Abstract place = get(lookup.getIndices()[*varying]);
  bool isBoolean = element.isInteger(1);
  auto read = [&](OpBuilder &builder, Value at) -> Value {
    SmallVector<Value> indices;
    for (auto [number, index] : llvm::enumerate(lookup.getIndices()))
      indices.push_back(number == *varying ? at : uniforms.lookup(index));
    Value found = LookupOp::create(builder, math.loc, uniforms.lookup(lookup.getTensor()), indices);
    return isBoolean ? found : BoundsMath(builder, math.loc).toIndex(found);
  };
  Value one = math.index(1), first = read(math.builder, place.lo);
  auto loop = scf::ForOp::create(
      math.builder, math.loc, math.add(place.lo, one), math.add(place.hi, one), one, ValueRange{first, first},
      [&](OpBuilder &builder, Location loc, Value at, ValueRange carried) {
        BoundsMath inner(builder, loc);
        Value found = read(builder, at);
        Value lower = isBoolean ? inner.both(carried[0], found) : inner.min(carried[0], found);
        Value upper = isBoolean ? inner.either(carried[1], found) : inner.max(carried[1], found);
        scf::YieldOp::create(builder, loc, ValueRange{lower, upper});
      });
  if (isBoolean)
    return truth(loop.getResult(1), loop.getResult(0), place.depends);
  Abstract known;
  known.lo = loop.getResult(0);
  known.hi = loop.getResult(1);
  known.bits = element.getIntOrFloatBitWidth();
  known.depends = place.depends;
  return known;
}
