// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-legalise-math: arithmetic that the code generator has no instructions for becomes arithmetic that it has. Met
// with anything else it would end the process, so what remains is a closed list.
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/Common/ElementaryMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace attn::cuda {
namespace {

constexpr double kLog2E = 1.4426950408889634, kLn2 = 0.6931471805599453;

bool mayApproximate(Operation *op) {
  auto flags = dyn_cast<arith::ArithFastMathInterface>(op);
  return flags && flags.getFastMathFlagsAttr() &&
         bitEnumContainsAll(flags.getFastMathFlagsAttr().getValue(), arith::FastMathFlags::afn);
}

/// The expansions of one op, or null where it stays.
class Expansion {
public:
  explicit Expansion(Operation *op)
      : op(op), b(op), loc(op->getLoc()), emit(b, loc), type(op->getResult(0).getType()) {}

  Value run() { return mayApproximate(op) && type.isF32() ? approximate() : precise(); }

private:
  Value times(Value x, double factor) {
    auto constant = arith::ConstantOp::create(b, loc, b.getFloatAttr(x.getType(), factor));
    return arith::MulFOp::create(b, loc, x, constant);
  }
  Value call(StringRef intrinsic, Value x) {
    return LLVM::CallIntrinsicOp::create(b, loc, x.getType(), b.getStringAttr(intrinsic), ValueRange(x)).getResult(0);
  }

  /// One instruction, or two. What LLVM selects itself by the flag stays.
  Value approximate() {
    return TypeSwitch<Operation *, Value>(op)
        // Results below 2^-126 are 0: without that the instruction takes four.
        .Case([&](math::ExpOp o) { return call("llvm.nvvm.ex2.approx.ftz.f", times(o.getOperand(), kLog2E)); })
        .Case([&](math::Exp2Op o) { return call("llvm.nvvm.ex2.approx.ftz.f", o.getOperand()); })
        .Case([&](math::LogOp o) { return times(call("llvm.nvvm.lg2.approx.f", o.getOperand()), kLn2); })
        .Case([&](math::Log2Op o) { return call("llvm.nvvm.lg2.approx.f", o.getOperand()); })
        .Case([&](math::RsqrtOp o) { return call("llvm.nvvm.rsqrt.approx.f", o.getOperand()); })
        .Case([&](math::PowFOp o) {
          Value exponent = arith::MulFOp::create(b, loc, o.getRhs(), call("llvm.nvvm.lg2.approx.f", o.getLhs()));
          return call("llvm.nvvm.ex2.approx.ftz.f", exponent);
        })
        .Case<math::TanhOp, math::SinOp, math::CosOp>([](Operation *) { return Value(); })
        .Default([&](Operation *) { return precise(); });
  }

  Value precise() {
    bool isNarrow = getElementTypeOrSelf(type).isF32();
    return TypeSwitch<Operation *, Value>(op)
        .Case([&](math::ExpOp o) { return emit.exp(o.getOperand()); })
        // The instruction for f32 is within 2 ulp everywhere.
        .Case([&](math::Exp2Op o) { return isNarrow ? Value() : emit.exp2(o.getOperand()); })
        .Case([&](math::ExpM1Op o) { return emit.expm1(o.getOperand()); })
        .Case([&](math::LogOp o) { return emit.log(o.getOperand()); })
        .Case([&](math::Log2Op o) { return emit.log2(o.getOperand()); })
        .Case([&](math::Log1pOp o) { return emit.log1p(o.getOperand()); })
        .Case([&](math::TanhOp o) { return emit.tanh(o.getOperand()); })
        .Case([&](math::SinOp o) { return emit.sin(o.getOperand()); })
        .Case([&](math::CosOp o) { return emit.cos(o.getOperand()); })
        .Case([&](math::PowFOp o) { return isNarrow ? emit.powF32(o.getLhs(), o.getRhs()) : Value(); })
        .Default([](Operation *) { return Value(); });
  }

  Operation *op;
  OpBuilder b;
  Location loc;
  target::ElementaryMath emit;
  Type type;
};

bool isMath(Operation *op) { return isa_and_present<math::MathDialect>(op->getDialect()) && op->getNumResults() == 1; }

/// Computes an op of 16-bit floats in f32, which holds every intermediate result that could round twice.
void promote(Operation *op) {
  Type type = op->getResult(0).getType(), element = getElementTypeOrSelf(type);
  if (!element.isF16() && !element.isBF16())
    return;
  OpBuilder b(op);
  auto wide = [&](Type narrow) -> Type {
    if (auto vector = dyn_cast<VectorType>(narrow))
      return vector.clone(b.getF32Type());
    return b.getF32Type();
  };
  for (OpOperand &operand : op->getOpOperands())
    if (getElementTypeOrSelf(operand.get()) == element)
      operand.set(arith::ExtFOp::create(b, op->getLoc(), wide(operand.get().getType()), operand.get()));
  op->getResult(0).setType(wide(type));
  b.setInsertionPointAfter(op);
  auto back = arith::TruncFOp::create(b, op->getLoc(), type, op->getResult(0));
  op->getResult(0).replaceAllUsesExcept(back, back);
}

/// What the code generator selects.
bool isLegal(Operation *op) {
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  if (isa<math::Exp2Op>(op))
    return element.isF32();
  if (isa<math::TanhOp, math::SinOp, math::CosOp>(op))
    return element.isF32() && mayApproximate(op);
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp, math::CtPopOp, math::FloorOp, math::FmaOp, math::RoundEvenOp, math::RoundOp,
             math::RsqrtOp, math::SqrtOp, math::TruncOp>(op);
}

struct LegaliseMath : PassWrapper<LegaliseMath, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LegaliseMath)

  StringRef getArgument() const override { return "cuda-legalise-math"; }
  StringRef getDescription() const override {
    return "Leave only arithmetic that NVPTX has instructions for (CHANGES ROUNDING, 2 ulp)";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (isMath(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      promote(op);
      if (Value replacement = Expansion(op).run()) {
        op->getResult(0).replaceAllUsesWith(replacement);
        op->erase();
      }
    }
    RewritePatternSet patterns(&getContext());
    populatePolynomialApproximateErfPattern(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError() << getArgument() << " does not come to an end";
      return signalPassFailure();
    }
    getOperation()->walk([&](Operation *op) {
      if (!isa_and_present<math::MathDialect>(op->getDialect()) || (isMath(op) && isLegal(op)))
        return;
      op->emitError() << "expects arithmetic that the target has instructions for, but got " << op->getName() << " of "
                      << op->getResultTypes();
      signalPassFailure();
    });
  }
};

} // namespace

std::unique_ptr<Pass> createLegaliseMathPass() { return std::make_unique<LegaliseMath>(); }

} // namespace attn::cuda
