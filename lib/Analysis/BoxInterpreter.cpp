// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interval interpretation: what is bound, what is the same for every pair, and the rules of integers.
#include "lib/Analysis/BoxInterpreter.h"
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace attn;

static bool isInteger(Type type) { return type.isIndex() || (type.isSignlessInteger() && !type.isInteger(1)); }
static unsigned widthOf(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

//===-- what is known -------------------------------------------------------------------------------------------===//

void BoxInterpreter::bindUniform(Value value, Value uniform, unsigned bits) {
  Abstract &known = values[value];
  known.uniform = uniform;
  known.bits = bits;
  known.attained = true;
  uniforms.map(value, uniform);
}

void BoxInterpreter::bindRange(Value value, Value lo, Value hi, unsigned depends) {
  Abstract &known = values[value];
  known.lo = lo;
  known.hi = hi;
  known.bits = 32; // a domain has fewer than 2^31 positions
  known.depends = depends;
  known.attained = true;
}

Abstract BoxInterpreter::get(Value value) {
  Abstract known = values.lookup(value);
  if (!known.uniform || known.hasBounds())
    return known;
  if (isInteger(value.getType()))
    known.lo = known.hi = math.toIndex(known.uniform);
  else if (isa<FloatType>(value.getType()))
    known.lo = known.hi = known.uniform;
  values[value] = known;
  return known;
}

Abstract BoxInterpreter::booleanOf(Value value) {
  Abstract known = values.lookup(value);
  if (known.uniform)
    known.maybe = known.all = known.uniform;
  if (!known.maybe) {
    known.maybe = math.boolean(true);
    known.all = math.boolean(false);
  }
  return known;
}

/// Bounds of a result of `type`: its whole range where they leave it (it may have wrapped), nothing where they may
/// have wrapped themselves.
Abstract BoxInterpreter::fit(Type type, Value lo, Value hi, unsigned bits, unsigned depends, bool attained) {
  unsigned width = widthOf(type);
  Abstract known;
  if (bits > 64)
    return known;
  known.lo = lo;
  known.hi = hi;
  known.bits = bits;
  known.depends = depends;
  known.attained = attained;
  if (bits <= width)
    return known;
  Value least = math.index(llvm::minIntN(width)), most = math.index(llvm::maxIntN(width));
  Value fits = math.both(math.lessEqual(least, lo), math.lessEqual(hi, most));
  known.lo = math.select(fits, lo, least);
  known.hi = math.select(fits, hi, most);
  known.bits = width;
  known.attained = false;
  return known;
}

//===-- what is the same for every pair -------------------------------------------------------------------------===//

/// A width that holds a uniform integer result.
unsigned BoxInterpreter::bitsOf(Operation &op) const {
  Type type = op.getResult(0).getType();
  if (!type.isIntOrIndex())
    return 64;
  unsigned width = widthOf(type), most = 0, total = 0;
  APInt constant;
  if (matchPattern(op.getResult(0), m_ConstantInt(&constant)))
    return constant.getSignificantBits();
  for (Value operand : op.getOperands()) {
    unsigned bits = values.lookup(operand).bits;
    most = std::max(most, bits);
    total += bits;
  }
  unsigned bits = width;
  if (isa<arith::AddIOp, arith::SubIOp, arith::DivSIOp, arith::FloorDivSIOp, arith::CeilDivSIOp>(op))
    bits = most + 1;
  else if (isa<arith::MulIOp>(op))
    bits = total;
  else if (isa<arith::MinSIOp, arith::MaxSIOp, arith::RemSIOp, arith::IndexCastOp, arith::ExtSIOp>(op))
    bits = most;
  else if (isa<arith::ExtUIOp>(op))
    bits = widthOf(op.getOperand(0).getType()) + 1;
  return std::min(bits, width);
}

/// Clones an op that reads only what is the same for every pair.
bool BoxInterpreter::cloneUniform(Operation &op) {
  llvm::SetVector<Value> reads(op.operand_begin(), op.operand_end());
  getUsedValuesDefinedAbove(op.getRegions(), reads);
  if (!isPure(&op) || !llvm::all_of(reads, [&](Value value) { return uniforms.contains(value); }))
    return false;
  Operation *copy = math.builder.clone(op, uniforms);
  for (auto [result, made] : llvm::zip_equal(op.getResults(), copy->getResults()))
    bindUniform(result, made, op.getNumResults() == 1 ? bitsOf(op) : 64);
  return true;
}

void BoxInterpreter::interpret(Block &block) {
  for (Operation &op : block)
    if (!cloneUniform(op) && op.getNumResults() == 1)
      interpretOp(op);
}

void BoxInterpreter::interpretOp(Operation &op) {
  Type type = op.getResult(0).getType();
  Abstract known;
  if (isa<LookupOp>(op))
    known = lookup(op);
  else if (isa<arith::SelectOp>(op))
    known = select(op);
  else if (isInteger(type))
    known = integerOp(op);
  else if (type.isInteger(1))
    known = booleanOp(op);
  else if (isa<FloatType>(type))
    known = floatOp(op);
  values[op.getResult(0)] = known;
}

//===-- integers ------------------------------------------------------------------------------------------------===//

/// Operands that depend on different axes take their bounds together.
static bool independent(const Abstract &left, const Abstract &right) { return (left.depends & right.depends) == 0; }

Abstract BoxInterpreter::sum(Operation &op, bool subtracts) {
  Abstract left = get(op.getOperand(0)), right = get(op.getOperand(1));
  unsigned bits = std::max(left.bits, right.bits) + 1;
  if (!left.hasBounds() || !right.hasBounds() || bits > 64)
    return {};
  Value lo = subtracts ? math.sub(left.lo, right.hi) : math.add(left.lo, right.lo);
  Value hi = subtracts ? math.sub(left.hi, right.lo) : math.add(left.hi, right.hi);
  return fit(op.getResult(0).getType(), lo, hi, bits, left.depends | right.depends,
             left.attained && right.attained && independent(left, right));
}

Abstract BoxInterpreter::product(Operation &op) {
  Abstract left = get(op.getOperand(0)), right = get(op.getOperand(1));
  unsigned bits = left.bits + right.bits;
  if (!left.hasBounds() || !right.hasBounds() || bits > 64)
    return {};
  Value a = math.mul(left.lo, right.lo), b = math.mul(left.hi, right.hi), lo = math.min(a, b), hi = math.max(a, b);
  bool isScaled = left.uniform || right.uniform;
  if (!isScaled) {
    Value c = math.mul(left.lo, right.hi), d = math.mul(left.hi, right.lo);
    lo = math.min(lo, math.min(c, d));
    hi = math.max(hi, math.max(c, d));
  }
  return fit(op.getResult(0).getType(), lo, hi, bits, left.depends | right.depends,
             isScaled && left.attained && right.attained);
}

/// Division and shifts to the right by one divisor: monotone, in one direction or the other.
Abstract BoxInterpreter::quotient(Operation &op) {
  Abstract left = get(op.getOperand(0)), right = get(op.getOperand(1));
  unsigned bits = left.bits + 1;
  if (!left.hasBounds() || !right.uniform || bits > 64)
    return {};
  auto divide = [&](Value bound) -> Value {
    if (isa<arith::DivSIOp>(op))
      return math.builder.createOrFold<arith::DivSIOp>(math.loc, bound, right.lo);
    if (isa<arith::FloorDivSIOp>(op))
      return math.builder.createOrFold<arith::FloorDivSIOp>(math.loc, bound, right.lo);
    if (isa<arith::CeilDivSIOp>(op))
      return math.builder.createOrFold<arith::CeilDivSIOp>(math.loc, bound, right.lo);
    return math.builder.createOrFold<arith::ShRSIOp>(math.loc, bound, right.lo);
  };
  Value a = divide(left.lo), b = divide(left.hi);
  return fit(op.getResult(0).getType(), math.min(a, b), math.max(a, b), bits, left.depends, left.attained);
}

/// Within one multiple of the divisor the remainder grows by steps of one; else it is below the divisor and has the
/// sign of what is divided.
Abstract BoxInterpreter::remainder(Operation &op) {
  Abstract left = get(op.getOperand(0)), right = get(op.getOperand(1));
  if (!left.hasBounds() || !right.uniform || left.bits >= 64 || right.bits >= 64)
    return {};
  Value zero = math.index(0), divisor = right.lo;
  Value first = math.builder.createOrFold<arith::DivSIOp>(math.loc, left.lo, divisor);
  Value last = math.builder.createOrFold<arith::DivSIOp>(math.loc, left.hi, divisor);
  Value isOne = math.equal(first, last), base = math.mul(first, divisor);
  Value most = math.sub(math.max(divisor, math.sub(zero, divisor)), math.index(1));
  Value least = math.select(math.less(left.lo, zero), math.sub(zero, most), zero);
  Value greatest = math.select(math.less(zero, left.hi), most, zero);
  Value lo = math.select(isOne, math.sub(left.lo, base), least);
  Value hi = math.select(isOne, math.sub(left.hi, base), greatest);
  return fit(op.getResult(0).getType(), lo, hi, std::max(left.bits, right.bits), left.depends, false);
}

/// x and c of a constant c = 2^n - 1: as a remainder, also of negative numbers; of other constants c >= 0: [0, c].
Abstract BoxInterpreter::lowBits(Operation &op) {
  APInt constant;
  Abstract left = get(op.getOperand(0));
  if (!matchPattern(op.getOperand(1), m_ConstantInt(&constant)) || constant.isNegative())
    return {};
  Abstract known;
  known.lo = math.index(0);
  known.hi = math.index(constant.getSExtValue());
  known.bits = constant.getSignificantBits();
  known.depends = left.depends;
  if (!left.hasBounds() || !constant.isMask())
    return known;
  Value shift = math.index(constant.getActiveBits());
  Value first = math.builder.createOrFold<arith::ShRSIOp>(math.loc, left.lo, shift);
  Value last = math.builder.createOrFold<arith::ShRSIOp>(math.loc, left.hi, shift);
  Value isOne = math.equal(first, last), mask = known.hi;
  known.lo = math.select(isOne, math.both(left.lo, mask), known.lo);
  known.hi = math.select(isOne, math.both(left.hi, mask), known.hi);
  return known;
}

Abstract BoxInterpreter::conversion(Operation &op) {
  Value source = op.getOperand(0);
  Type type = op.getResult(0).getType();
  if (source.getType().isInteger(1)) {
    Abstract truth = booleanOf(source), known;
    Value zero = math.index(0), one = math.index(isa<arith::ExtUIOp>(op) ? 1 : -1);
    Value can = math.select(truth.maybe, one, zero), must = math.select(truth.all, one, zero);
    known.lo = math.min(can, must);
    known.hi = math.max(can, must);
    known.bits = 2;
    known.depends = truth.depends;
    return known;
  }
  Abstract known = get(source);
  if (!known.hasBounds())
    return {};
  if (isa<arith::ExtUIOp>(op)) { // a negative number becomes a large one
    unsigned width = widthOf(source.getType());
    if (width >= 64)
      return {};
    Value zero = math.index(0), keeps = math.lessEqual(zero, known.lo);
    known.lo = math.select(keeps, known.lo, zero);
    known.hi = math.select(keeps, known.hi, math.index((int64_t(1) << width) - 1));
    known.bits = width + 1;
    known.uniform = Value();
    known.attained = false;
    return known;
  }
  return fit(type, known.lo, known.hi, known.bits, known.depends, known.attained);
}

Abstract BoxInterpreter::integerOp(Operation &op) {
  Type type = op.getResult(0).getType();
  if (isa<arith::AddIOp>(op))
    return sum(op, false);
  if (isa<arith::SubIOp>(op))
    return sum(op, true);
  if (isa<arith::MulIOp>(op))
    return product(op);
  if (isa<arith::DivSIOp, arith::FloorDivSIOp, arith::CeilDivSIOp, arith::ShRSIOp>(op))
    return quotient(op);
  if (isa<arith::RemSIOp>(op))
    return remainder(op);
  if (isa<arith::AndIOp>(op))
    return lowBits(op);
  if (isa<arith::IndexCastOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(op))
    return conversion(op);
  if (isa<arith::MinSIOp, arith::MaxSIOp>(op)) {
    Abstract left = get(op.getOperand(0)), right = get(op.getOperand(1));
    if (!left.hasBounds() || !right.hasBounds())
      return {};
    bool isMin = isa<arith::MinSIOp>(op);
    Value lo = isMin ? math.min(left.lo, right.lo) : math.max(left.lo, right.lo);
    Value hi = isMin ? math.min(left.hi, right.hi) : math.max(left.hi, right.hi);
    return fit(type, lo, hi, std::max(left.bits, right.bits), left.depends | right.depends,
               left.attained && right.attained && independent(left, right));
  }
  if (isa<mlir::math::AbsIOp>(op)) {
    Abstract known = get(op.getOperand(0));
    if (!known.hasBounds() || known.bits >= 64)
      return {};
    Value zero = math.index(0), low = math.sub(zero, known.lo), high = math.sub(zero, known.hi);
    return fit(type, math.max(zero, math.max(known.lo, high)), math.max(known.hi, low), known.bits + 1, known.depends,
               false);
  }
  return {};
}
