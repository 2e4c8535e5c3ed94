// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The consumer's normalizers: one without a reference, one with a reference and a captured tensor.
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "test/Consumer/Consumer.h"

#include <limits>

using namespace mlir;
using namespace consumer;
using Emitter = function_ref<InFlightDiagnostic()>;
using At = const attn::NormalizerContext &;

static Value constant(OpBuilder &builder, Location loc, double value, At at) {
  return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(at.type, value));
}

/// 1 / sum, 0 for an empty row.
static Value inverse(OpBuilder &builder, Location loc, Value sum, At at) {
  Value zero = constant(builder, loc, 0.0, at), one = constant(builder, loc, 1.0, at);
  Value empty = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, sum, zero);
  Value quotient = arith::DivFOp::create(builder, loc, one, sum);
  return arith::SelectOp::create(builder, loc, empty, zero, quotient);
}

//===-- taylor --------------------------------------------------------------------------------------------------===//

bool TaylorAttr::hasReference() const { return false; }
bool TaylorAttr::hasFinalize() const { return true; }
unsigned TaylorAttr::numSums() const { return 1; }

LogicalResult TaylorAttr::verifyCaptures(TypeRange captures, int64_t, Emitter emitError) const {
  if (!captures.empty())
    return emitError() << "expects no captured tensor for #consumer.taylor, but got " << captures.size();
  return success();
}

Value TaylorAttr::emitWeight(OpBuilder &builder, Location loc, Value score, Value, At at) const {
  Value half = arith::MulFOp::create(builder, loc, score, constant(builder, loc, 0.5, at));
  Value rest = arith::MulFOp::create(builder, loc, score, half);
  Value linear = arith::AddFOp::create(builder, loc, score, constant(builder, loc, 1.0, at));
  return arith::AddFOp::create(builder, loc, linear, rest);
}

void TaylorAttr::emitSums(OpBuilder &, Location, Value weight, At, SmallVectorImpl<Value> &sums) const {
  sums.push_back(weight);
}

Value TaylorAttr::emitFinalize(OpBuilder &builder, Location loc, Value, ValueRange sums, At at) const {
  return inverse(builder, loc, sums[0], at);
}

//===-- power_of_two --------------------------------------------------------------------------------------------===//

bool PowerOfTwoAttr::hasReference() const { return true; }
bool PowerOfTwoAttr::absorbing() const { return true; }
bool PowerOfTwoAttr::hasFinalize() const { return true; }
unsigned PowerOfTwoAttr::numSums() const { return 1; }

LogicalResult PowerOfTwoAttr::verifyCaptures(TypeRange captures, int64_t heads, Emitter emitError) const {
  if (captures.size() != 1)
    return emitError() << "expects the temperatures of #consumer.power_of_two, but got " << captures.size()
                       << " tensors";
  auto tensor = cast<RankedTensorType>(captures[0]);
  if (!tensor.getElementType().isF32() || tensor.getRank() != 1 || !attn::extentsMatch(tensor.getDimSize(0), heads))
    return emitError() << "expects one f32 temperature for each of " << attn::extentText(heads) << " heads, but got "
                       << tensor;
  return success();
}

/// 2^(t_h (from - to)), 0 where `from` is -inf: never -inf + inf.
static Value emitPower(OpBuilder &builder, Location loc, Value from, Value to, At at) {
  Value low = constant(builder, loc, -std::numeric_limits<double>::infinity(), at);
  Value isEmpty = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, from, low);
  Value temperature = attn::LookupOp::create(builder, loc, at.captures[0], ValueRange{at.h});
  if (at.type.isF64())
    temperature = arith::ExtFOp::create(builder, loc, at.type, temperature);
  Value difference = arith::SubFOp::create(builder, loc, from, to);
  Value power = math::Exp2Op::create(builder, loc, arith::MulFOp::create(builder, loc, difference, temperature));
  return arith::SelectOp::create(builder, loc, isEmpty, constant(builder, loc, 0.0, at), power);
}

Value PowerOfTwoAttr::emitReference(OpBuilder &, Location, Value score, At) const { return score; }

Value PowerOfTwoAttr::emitCombine(OpBuilder &builder, Location loc, Value left, Value right, At) const {
  return arith::MaximumFOp::create(builder, loc, left, right);
}

Value PowerOfTwoAttr::emitIdentity(OpBuilder &builder, Location loc, At at) const {
  return constant(builder, loc, -std::numeric_limits<double>::infinity(), at);
}

Value PowerOfTwoAttr::emitWeight(OpBuilder &builder, Location loc, Value score, Value reference, At at) const {
  return emitPower(builder, loc, score, reference, at);
}

Value PowerOfTwoAttr::emitRescale(OpBuilder &builder, Location loc, Value from, Value to, At at) const {
  return emitPower(builder, loc, from, to, at);
}

void PowerOfTwoAttr::emitSums(OpBuilder &, Location, Value weight, At, SmallVectorImpl<Value> &sums) const {
  sums.push_back(weight);
}

Value PowerOfTwoAttr::emitFinalize(OpBuilder &builder, Location loc, Value, ValueRange sums, At at) const {
  return inverse(builder, loc, sums[0], at);
}
