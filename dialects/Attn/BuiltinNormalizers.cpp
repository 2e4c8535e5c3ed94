// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The IR of the built-in normalizers: softmax with its sinks, sigmoid, relu, none.
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;
using namespace attn;
using Emitter = llvm::function_ref<InFlightDiagnostic()>;

namespace {
/// Floating-point arithmetic at one place, in one type.
struct FloatMath {
  OpBuilder &builder;
  Location loc;
  Type type;
  Value constant(double value) {
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, value));
  }
  Value negativeInfinity() { return constant(-std::numeric_limits<double>::infinity()); }
  Value add(Value left, Value right) { return arith::AddFOp::create(builder, loc, left, right); }
  Value sub(Value left, Value right) { return arith::SubFOp::create(builder, loc, left, right); }
  Value mul(Value left, Value right) { return arith::MulFOp::create(builder, loc, left, right); }
  Value div(Value left, Value right) { return arith::DivFOp::create(builder, loc, left, right); }
  Value max(Value left, Value right) { return arith::MaximumFOp::create(builder, loc, left, right); }
  Value exp(Value value) { return math::ExpOp::create(builder, loc, value); }
  Value log(Value value) { return math::LogOp::create(builder, loc, value); }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(builder, loc, condition, yes, no);
  }
  Value equal(Value left, Value right) {
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, left, right);
  }
  /// 0 where the value is -inf: exp(s - guarded) is then 0 for s = -inf, and never exp(-inf + inf).
  Value guarded(Value value) { return select(equal(value, negativeInfinity()), constant(0.0), value); }
};
} // namespace

static constexpr double log2e = 1.4426950408889634074, ln2 = 0.69314718055994530942;

/// A per-head or common parameter, in the compute type.
static Value parameter(FloatMath math, Value captured, Value head) {
  auto type = cast<CapturedType>(captured.getType());
  SmallVector<Value> indices;
  if (!type.getShape().empty())
    indices.push_back(type.getShape()[0] == 1 ? arith::ConstantIndexOp::create(math.builder, math.loc, 0).getResult()
                                              : head);
  Value value = LookupOp::create(math.builder, math.loc, captured, indices);
  if (type.getElementType() == math.type)
    return value;
  if (type.getElementType().isF64())
    return arith::TruncFOp::create(math.builder, math.loc, math.type, value);
  return arith::ExtFOp::create(math.builder, math.loc, math.type, value);
}

static LogicalResult verifyParameter(StringRef name, bool expected, TypeRange captures, int64_t heads,
                                     Emitter emitError) {
  if (captures.size() != (expected ? 1u : 0u))
    return emitError() << "expects " << (expected ? 1 : 0) << " captured tensors for the normalizer, but got "
                       << captures.size();
  if (!expected)
    return success();
  auto tensor = dyn_cast<RankedTensorType>(captures[0]);
  if (!tensor || !isa<FloatType>(tensor.getElementType()) || tensor.getRank() > 1 ||
      (tensor.getRank() == 1 && tensor.getDimSize(0) != 1 && !extentsMatch(tensor.getDimSize(0), heads)))
    return emitError() << "expects " << name << " to be a float tensor with one element or one per head ("
                       << extentText(heads) << "), but got " << captures[0];
  return success();
}

//===-- softmax -------------------------------------------------------------------------------------------------===//

bool SoftmaxAttr::hasReference() const { return true; }
bool SoftmaxAttr::absorbing() const { return true; }
unsigned SoftmaxAttr::numSums() const { return 1; }
bool SoftmaxAttr::hasFinalize() const { return true; }
bool SoftmaxAttr::hasLse() const { return true; }
bool SoftmaxAttr::hasSink() const { return getSink() != Sink::None; }
bool SoftmaxAttr::acceptsLsePairs() const { return !hasSink(); }
LogicalResult SoftmaxAttr::verifyCaptures(TypeRange captures, int64_t heads, Emitter emitError) const {
  return verifyParameter("sink", getSink() == Sink::Learnable, captures, heads, emitError);
}

Value SoftmaxAttr::emitReference(OpBuilder &, Location, Value score, const NormalizerContext &) const { return score; }
Value SoftmaxAttr::emitCombine(OpBuilder &builder, Location loc, Value left, Value right,
                               const NormalizerContext &at) const {
  return FloatMath{builder, loc, at.type}.max(left, right);
}
Value SoftmaxAttr::emitIdentity(OpBuilder &builder, Location loc, const NormalizerContext &at) const {
  return FloatMath{builder, loc, at.type}.negativeInfinity();
}
Value SoftmaxAttr::emitWeight(OpBuilder &builder, Location loc, Value score, Value reference,
                              const NormalizerContext &at) const {
  FloatMath math{builder, loc, at.type};
  return math.exp(math.sub(score, math.guarded(reference)));
}
Value SoftmaxAttr::emitRescale(OpBuilder &builder, Location loc, Value from, Value to,
                               const NormalizerContext &at) const {
  FloatMath math{builder, loc, at.type};
  return math.exp(math.sub(from, math.guarded(to)));
}
void SoftmaxAttr::emitSums(OpBuilder &, Location, Value weight, const NormalizerContext &,
                           SmallVectorImpl<Value> &sums) const {
  sums.push_back(weight);
}

/// The reference and the sum of a row that also holds its sink, and the factor that takes the row there.
static std::tuple<Value, Value, Value> withSink(FloatMath math, Sink kind, Value reference, Value sum,
                                                const NormalizerContext &at) {
  Value sink = kind == Sink::Learnable ? parameter(math, at.captures[0], at.h) : math.constant(0.0);
  Value joint = math.max(reference, sink);
  Value guarded = math.guarded(joint);
  Value factor = math.exp(math.sub(reference, guarded));
  Value total = math.add(math.mul(sum, factor), math.exp(math.sub(sink, guarded)));
  return {joint, total, factor};
}

Value SoftmaxAttr::emitFinalize(OpBuilder &builder, Location loc, Value reference, ValueRange sums,
                                const NormalizerContext &at) const {
  FloatMath math{builder, loc, at.type};
  Value total = sums[0], numerator = math.constant(1.0);
  if (hasSink())
    std::tie(std::ignore, total, numerator) = withSink(math, getSink(), reference, total, at);
  Value zero = math.constant(0.0);
  return math.select(math.equal(total, zero), zero, math.div(numerator, total));
}
Value SoftmaxAttr::emitLse(OpBuilder &builder, Location loc, Value reference, ValueRange sums,
                           const NormalizerContext &at, LseForm form) const {
  FloatMath math{builder, loc, at.type};
  Value total = sums[0];
  if (hasSink() && form.sinkIncluded)
    std::tie(reference, total, std::ignore) = withSink(math, getSink(), reference, total, at);
  Value lse = math.add(reference, math.log(total));
  return form.base2 ? math.mul(lse, math.constant(log2e)) : lse;
}
Value SoftmaxAttr::emitStateFromLse(OpBuilder &builder, Location loc, Value lse, LseForm form,
                                    const NormalizerContext &at, SmallVectorImpl<Value> &sums) const {
  FloatMath math{builder, loc, at.type};
  sums.push_back(math.constant(1.0));
  return form.base2 ? math.mul(lse, math.constant(ln2)) : lse;
}

//===-- normalizers without a row state -------------------------------------------------------------------------===//

bool SigmoidAttr::hasReference() const { return false; }
unsigned SigmoidAttr::numSums() const { return 0; }
LogicalResult SigmoidAttr::verifyCaptures(TypeRange captures, int64_t heads, Emitter emitError) const {
  return verifyParameter("bias", getBias(), captures, heads, emitError);
}
Value SigmoidAttr::emitWeight(OpBuilder &builder, Location loc, Value score, Value, const NormalizerContext &at) const {
  FloatMath math{builder, loc, at.type};
  if (getBias())
    score = math.add(score, parameter(math, at.captures[0], at.h));
  Value one = math.constant(1.0);
  return math.div(one, math.add(one, math.exp(arith::NegFOp::create(builder, loc, score))));
}
void SigmoidAttr::emitSums(OpBuilder &, Location, Value, const NormalizerContext &, SmallVectorImpl<Value> &) const {}

bool ReluAttr::hasReference() const { return false; }
unsigned ReluAttr::numSums() const { return 0; }
LogicalResult ReluAttr::verifyCaptures(TypeRange captures, int64_t heads, Emitter emitError) const {
  return verifyParameter("", false, captures, heads, emitError);
}
Value ReluAttr::emitWeight(OpBuilder &builder, Location loc, Value score, Value, const NormalizerContext &at) const {
  FloatMath math{builder, loc, at.type};
  return math.max(score, math.constant(0.0));
}
void ReluAttr::emitSums(OpBuilder &, Location, Value, const NormalizerContext &, SmallVectorImpl<Value> &) const {}

bool NoNormalizerAttr::hasReference() const { return false; }
unsigned NoNormalizerAttr::numSums() const { return 0; }
LogicalResult NoNormalizerAttr::verifyCaptures(TypeRange captures, int64_t heads, Emitter emitError) const {
  return verifyParameter("", false, captures, heads, emitError);
}
Value NoNormalizerAttr::emitWeight(OpBuilder &, Location, Value score, Value, const NormalizerContext &) const {
  return score;
}
void NoNormalizerAttr::emitSums(OpBuilder &, Location, Value, const NormalizerContext &,
                                SmallVectorImpl<Value> &) const {}
