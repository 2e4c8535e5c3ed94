// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-check-input: refuses, by name and place, what an entry may not hold.
#include "dialects/Attn/AttnOps.h"
#include "lib/Transforms/Attn/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace attn;

namespace {

bool isOf(Operation *op, StringRef dialect) { return op->getName().getDialectNamespace() == dialect; }
bool isArithmetic(Operation *op) {
  return isOf(op, arith::ArithDialect::getDialectNamespace()) || isOf(op, math::MathDialect::getDialectNamespace());
}

/// Element types that tensors and scalars of an entry have.
bool isElement(Type type) {
  if (type.isIndex() || isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type))
    return true;
  return type.isSignlessInteger() && llvm::is_contained({1u, 8u, 16u, 32u, 64u}, type.getIntOrFloatBitWidth());
}

bool isSupported(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return isElement(tensor.getElementType()) && !tensor.getEncoding();
  return isElement(type) || isa<ScoresType, WeightsType, MaskType>(type);
}

LogicalResult checkTypes(Operation *op) {
  for (auto [number, type] : llvm::enumerate(op->getResultTypes()))
    if (!isSupported(type))
      return op->emitOpError() << "is not supported in an entry with result #" << number << " of type " << type;
  return success();
}

/// An elementwise op or a reduction on tensors, of scalar arithmetic.
LogicalResult checkGeneric(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics())
    return op.emitOpError() << "is not supported in an entry on anything but tensors";
  for (AffineMap map : op.getIndexingMapsArray())
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return op.emitOpError() << "is not supported in an entry with map " << AffineMapAttr::get(map)
                              << ": each operand is read or written along some of the axes";
  for (utils::IteratorType iterator : op.getIteratorTypesArray())
    if (iterator != utils::IteratorType::parallel && iterator != utils::IteratorType::reduction)
      return op.emitOpError() << "is not supported in an entry with iterator '" << stringifyIteratorType(iterator)
                              << "'";
  for (Operation &inner : op.getRegion().front())
    if (!isArithmetic(&inner) && !isa<linalg::IndexOp, linalg::YieldOp>(inner))
      return inner.emitOpError() << "is not supported in the body of " << op->getName() << ": only arith and math are";
  return success();
}

LogicalResult checkOp(Operation *op) {
  if (failed(checkTypes(op)))
    return failure();
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return checkGeneric(generic);
  bool isKnown = isArithmetic(op) || isOf(op, AttnDialect::getDialectNamespace()) ||
                 isa<MaskOpInterface, func::ReturnOp, linalg::FillOp, tensor::CastOp, tensor::CollapseShapeOp,
                     tensor::DimOp, tensor::EmptyOp, tensor::ExpandShapeOp, tensor::ExtractSliceOp,
                     tensor::InsertSliceOp, tensor::SplatOp>(op);
  if (isKnown)
    return success();
  if (isa<func::CallOp>(op))
    return op->emitOpError() << "is not supported in an entry: inline it first (--attn-inline)";
  return op->emitOpError() << "is not supported in an entry: besides attn ops it may hold arith, math, linalg.generic, "
                              "linalg.fill, and casts, reshapes and slices of tensors";
}

LogicalResult checkFunction(func::FuncOp func) {
  if (func.isDeclaration())
    return func.emitOpError() << "is not supported without a body";
  if (!func.getBody().hasOneBlock())
    return func.emitOpError() << "is not supported with several blocks";
  for (BlockArgument argument : func.getArguments())
    if (!isSupported(argument.getType()) || isa<ScoresType, WeightsType, MaskType>(argument.getType()))
      return emitError(argument.getLoc()) << "argument #" << argument.getArgNumber() << " of '" << func.getSymName()
                                          << "' is not supported in an entry: expects a ranked tensor or a scalar, "
                                             "but got "
                                          << argument.getType();
  for (Operation &op : func.getBody().front())
    if (failed(checkOp(&op)))
      return failure();
  return success();
}

struct CheckInputPass : PassWrapper<CheckInputPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CheckInputPass)
  StringRef getArgument() const override { return "attn-check-input"; }
  StringRef getDescription() const override { return "Refuse what an entry may not hold"; }
  void runOnOperation() override {
    markAllAnalysesPreserved();
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (failed(checkFunction(func)))
        return signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> attn::createCheckInputPass() { return std::make_unique<CheckInputPass>(); }
