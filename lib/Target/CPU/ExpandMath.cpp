// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cpu-expand-math: elementary functions, and conversions that the CPU lacks, become straight-line arithmetic, so that
// no call leaves the kernel.
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/Common/ElementaryMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace attn::cpu {
namespace {

class VectorMath final : public target::ElementaryMath {
public:
  VectorMath(OpBuilder &builder, Location loc, const CPUTarget &cpu) : ElementaryMath(builder, loc), cpu(cpu) {}

private:
  Value scaleByPowerOf2(Value x, Value n) override {
    auto vector = dyn_cast<VectorType>(x.getType());
    if (!cpu.avx512 || !vector || !vector.getElementType().isF32() || vector.getNumElements() != 16)
      return ElementaryMath::scaleByPowerOf2(x, n);
    // The op's operands reach the intrinsic in order: value, exponent, pass-through, mask, rounding.
    Value mask = arith::ConstantOp::create(b, loc, b.getI16IntegerAttr(-1));
    Value rounding = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(4));
    return x86vector::MaskScaleFOp::create(b, loc, vector, x, n, x, mask, rounding);
  }

  const CPUTarget &cpu;
};

/// The expansion of one op, or null where there is none.
Value expand(Operation *op, const CPUTarget &target) {
  if (op->getNumResults() != 1)
    return {};
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  if (!element.isF32() && !element.isF64())
    return {};
  OpBuilder b(op);
  VectorMath emit(b, op->getLoc(), target);
  return TypeSwitch<Operation *, Value>(op)
      .Case([&](math::ExpOp o) { return emit.exp(o.getOperand()); })
      .Case([&](math::Exp2Op o) { return emit.exp2(o.getOperand()); })
      .Case([&](math::LogOp o) { return emit.log(o.getOperand()); })
      .Case([&](math::Log2Op o) { return emit.log2(o.getOperand()); })
      .Case([&](math::Log1pOp o) { return emit.log1p(o.getOperand()); })
      .Case([&](math::ExpM1Op o) { return element.isF64() ? emit.expm1(o.getOperand()) : Value(); })
      .Case([&](math::TanhOp o) { return emit.tanh(o.getOperand()); })
      .Default([](Operation *) { return Value(); });
}

/// Functions without an intrinsic become calls later, and a call takes one element.
bool isCalled(Operation *op) {
  return isa<math::AcosOp, math::AcoshOp, math::AsinOp, math::AsinhOp, math::AtanOp, math::Atan2Op, math::AtanhOp,
             math::CbrtOp, math::ErfOp, math::ErfcOp>(op);
}

/// The op on one element after another.
Value unroll(Operation *op) {
  OpBuilder b(op);
  Location loc = op->getLoc();
  auto type = cast<VectorType>(op->getResult(0).getType());
  Value result = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  for (int64_t n = 0; n < type.getNumElements(); ++n) {
    SmallVector<int64_t> place = delinearize(n, computeStrides(type.getShape()));
    SmallVector<Value> elements;
    for (Value operand : op->getOperands())
      elements.push_back(vector::ExtractOp::create(b, loc, operand, place));
    Value element =
        b.create(loc, op->getName().getIdentifier(), elements, type.getElementType(), op->getAttrs())->getResult(0);
    result = vector::InsertOp::create(b, loc, element, result, place);
  }
  return result;
}

struct ExpandMath : PassWrapper<ExpandMath, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandMath)
  ExpandMath() = default;
  explicit ExpandMath(const CPUTarget &target) : target(target) {}
  ExpandMath(const ExpandMath &other) : PassWrapper(other), target(other.target) {}

  StringRef getArgument() const override { return "cpu-expand-math"; }
  StringRef getDescription() const override { return "Expand elementary functions (CHANGES ROUNDING, 2 ulp) and missing conversions"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, math::MathDialect, vector::VectorDialect, x86vector::X86VectorDialect>();
  }

  void runOnOperation() override {
    if (!cpuName.empty()) {
      llvm::Expected<CPUTarget> named = describeTarget(cpuName);
      if (!named) {
        getOperation()->emitError(llvm::toString(named.takeError()));
        return signalPassFailure();
      }
      target = *named;
    }
    getOperation()->walk([&](Operation *op) {
      if (Value replacement = expand(op, target)) {
        op->getResult(0).replaceAllUsesWith(replacement);
        op->erase();
      }
    });
    // What is left has upstream approximations on f32. Those of sine and cosine are wrong beyond a few turns: these two
    // stay calls.
    RewritePatternSet patterns(&getContext());
    auto isApproximated = [](StringRef name) {
      static const StringRef names[] = {"atan", "atan2", "tanh", "log",  "log2", "log1p", "erf",
                                        "erfc", "asin",  "acos", "exp",  "expm1", "cbrt"};
      return name.consume_front("math.") && llvm::is_contained(names, name);
    };
    auto isWidened = [&](StringRef name) { return isApproximated(name) || name == "math.sin" || name == "math.cos"; };
    populateMathF32ExpansionPatterns(patterns, isWidened);
    populateMathPolynomialApproximationPatterns(patterns, isApproximated);
    // Without an instruction for it LLVM calls a function for every element.
    if (!target.bf16)
      arith::populateExpandBFloat16Patterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError() << getArgument() << " does not come to an end";
      return signalPassFailure();
    }
    getOperation()->walk([](Operation *op) {
      if (isCalled(op) && isa<VectorType>(op->getResult(0).getType())) {
        op->getResult(0).replaceAllUsesWith(unroll(op));
        op->erase();
      }
    });
  }

  Option<std::string> cpuName{*this, "cpu", llvm::cl::desc("x86-64-v3, x86-64-v4 or native")};
  CPUTarget target;
};

} // namespace

std::unique_ptr<Pass> createExpandMathPass(const CPUTarget &target) { return std::make_unique<ExpandMath>(target); }

void registerCPUTargetPasses() {
  PassRegistration<ExpandMath>();
  registerToVectorPass();
}

} // namespace attn::cpu
