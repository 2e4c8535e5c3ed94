// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mask op and a normalizer of a dialect that the oracle has never heard of: it runs the IR that they emit.
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectImplementation.h"
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace attn::reference;
using namespace attn::reference::test;

namespace outside {

/// Pairs with (i + j + shifts[h]) mod 3 = 0, or with the last key.
class EveryThirdOp : public Op<EveryThirdOp, OpTrait::OneOperand, OpTrait::OneTypedResult<attn::MaskType>::Impl,
                               OpTrait::ZeroRegions, OpTrait::ZeroSuccessors, attn::MaskOpInterface::Trait> {
public:
  using Op::Op;
  static ArrayRef<StringRef> getAttributeNames() { return {}; }
  static StringRef getOperationName() { return "outside.every_third"; }

  Value emitContains(OpBuilder &b, Location loc, const attn::MaskCoordinates &at) {
    auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
    auto equal = [&](Value left, Value right) -> Value {
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, left, right);
    };
    Value shift = attn::LookupOp::create(b, loc, at.captures[0], ValueRange{at.h});
    Value sum = arith::AddIOp::create(b, loc, at.i, at.j);
    sum = arith::AddIOp::create(b, loc, sum, arith::IndexCastOp::create(b, loc, b.getIndexType(), shift));
    Value third = equal(arith::RemSIOp::create(b, loc, sum, constant(3)), constant(0));
    Value last = equal(at.j, arith::SubIOp::create(b, loc, at.keyExtent, constant(1)));
    return arith::OrIOp::create(b, loc, third, last);
  }
};

/// |s| over the row's sum of |s|, and a reference that nobody needs: the row's minimum.
class AbsoluteAttr
    : public Attribute::AttrBase<AbsoluteAttr, Attribute, AttributeStorage, attn::NormalizerAttrInterface::Trait> {
public:
  using Base::Base;
  static constexpr StringLiteral name = "outside.absolute";
  using At = const attn::NormalizerContext &;

  bool hasReference() const { return true; }
  bool hasFinalize() const { return true; }
  bool hasLse() const { return true; }
  unsigned numSums() const { return 1; }
  LogicalResult verifyCaptures(TypeRange, int64_t, function_ref<InFlightDiagnostic()>) const { return success(); }
  Value emitReference(OpBuilder &, Location, Value score, At) const { return score; }
  Value emitCombine(OpBuilder &b, Location loc, Value left, Value right, At) const {
    return arith::MinimumFOp::create(b, loc, left, right);
  }
  Value emitIdentity(OpBuilder &b, Location loc, At at) const {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(at.type, INFINITY));
  }
  Value emitWeight(OpBuilder &b, Location loc, Value score, Value, At) const {
    return math::AbsFOp::create(b, loc, score);
  }
  Value emitRescale(OpBuilder &b, Location loc, Value, Value, At at) const {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(at.type, 1.0));
  }
  void emitSums(OpBuilder &, Location, Value weight, At, SmallVectorImpl<Value> &sums) const { sums.push_back(weight); }
  Value emitFinalize(OpBuilder &b, Location loc, Value, ValueRange sums, At at) const {
    Value one = arith::ConstantOp::create(b, loc, b.getFloatAttr(at.type, 1.0));
    return arith::DivFOp::create(b, loc, one, sums[0]);
  }
  Value emitLse(OpBuilder &b, Location loc, Value reference, ValueRange sums, At, attn::LseForm) const {
    return arith::AddFOp::create(b, loc, reference, sums[0]);
  }
};

class OutsideDialect : public Dialect {
public:
  explicit OutsideDialect(MLIRContext *context) : Dialect("outside", context, TypeID::get<OutsideDialect>()) {
    context->loadDialect<attn::AttnDialect>();
    addOperations<EveryThirdOp>();
    addAttributes<AbsoluteAttr>();
  }
  static StringRef getDialectNamespace() { return "outside"; }
  Attribute parseAttribute(DialectAsmParser &parser, Type) const override {
    return parser.parseKeyword("absolute") ? Attribute() : AbsoluteAttr::get(getContext());
  }
  void printAttribute(Attribute, DialectAsmPrinter &printer) const override { printer << "absolute"; }
};

static void extend(DialectRegistry &registry) { registry.insert<OutsideDialect>(); }

} // namespace outside


static const HostTensor kShifts(Element::i32, {2}, std::vector<double>{0, 1});

static bool everyThird(int64_t h, int64_t i, int64_t j, int64_t keys) {
  return (i + j + int64_t(kShifts.values[h])) % 3 == 0 || j == keys - 1;
}

TEST(OtherDialects, AMaskOpAloneAndCombined) {
  Variant variant;
  variant.arguments = ", %t: tensor<2xi32>";
  variant.mask = "%mask = \"outside.every_third\"(%t) : (tensor<2xi32>) -> !attn.mask";
  HostTensor zeros = filled({1, 2, 6, 4}, 0), keys = filled({1, 2, 9, 4}, 0);
  for (bool combined : {false, true}) {
    if (combined)
      variant.mask = "%c = attn.causal\n%e = \"outside.every_third\"(%t) : (tensor<2xi32>) -> !attn.mask\n"
                     "%mask = attn.and %c, %e";
    Tensors results = evaluateOrFail(variant.text(), {zeros, keys, keys, kShifts}, 2, {}, outside::extend);
    for (int64_t h = 0; h < 2; ++h)
      for (int64_t row = 0; row < 6; ++row) {
        int64_t count = 0;
        for (int64_t j = 0; j < 9; ++j)
          count += everyThird(h, row + 3, j, 9) && (!combined || j <= row + 3);
        EXPECT_EQ(results[1].at({0, h, row}), std::log(double(count)));
      }
  }
}

TEST(OtherDialects, ANormalizer) {
  Variant variant;
  variant.normalizer = "with(#outside.absolute)";
  Tensors arguments = {random({1, 1, 3, 4}, 1), random({1, 1, 5, 4}, 2), random({1, 1, 5, 2}, 3)};
  Tensors results = evaluateOrFail(variant.text(), arguments, 2, {}, outside::extend);
  for (int64_t i = 0; i < 3; ++i) {
    double sum = 0, least = INFINITY, first = 0;
    for (int64_t j = 0; j < 5; ++j) {
      double score = 0;
      for (int64_t d = 0; d < 4; ++d)
        score += arguments[0].at({0, 0, i, d}) * arguments[1].at({0, 0, j, d}) / 2;
      sum += std::fabs(score);
      least = std::min(least, score);
      first += std::fabs(score) * arguments[2].at({0, 0, j, 0});
    }
    EXPECT_NEAR(results[0].at({0, 0, i, 0}), first / sum, 1e-14);
    EXPECT_NEAR(results[1].at({0, 0, i}), least + sum, 1e-14);
  }
}
