// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Infers every type of a function again from more precise argument types.
#include "lib/Transforms/Attn/RefineTypes.h"
#include "dialects/Attn/Domain.h"
#include "dialects/Attn/Normalizer.h"
#include "lib/Transforms/Attn/RetypeRegion.h"
#include "lib/Transforms/Attn/Roles.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace attn;

namespace {

class Refiner {
public:
  /// How the storage type changes, where it does.
  std::optional<std::pair<Type, Type>> storage;

  LogicalResult visit(Operation *op);
  void setType(Value value, Type type) {
    if (value.getType() == type)
      return;
    previous.try_emplace(value, value.getType());
    value.setType(type);
  }

private:
  void visitScore(ScoreOp op) { setType(op.getResult(), *inferPlane(op.getTerms())); }
  void visitModify(ModifyOp op);
  LogicalResult visitNormalize(NormalizeOp op);
  LogicalResult visitApply(ApplyOp op);
  void visitReduce(ReduceOp op);
  LogicalResult visitMerge(MergeOp op);
  LogicalResult visitAttend(AttendOp op);
  LogicalResult visitSameType(Operation *op);
  LogicalResult visitOther(Operation *op);
  /// The element type before, of a plane or tensor.
  Type oldType(Value value) const {
    auto found = previous.find(value);
    return found == previous.end() ? value.getType() : found->second;
  }

  llvm::DenseMap<Value, Type> previous;
};

RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
Type elementOf(Type type) {
  return isa<PlaneType>(type) ? cast<PlaneType>(type).getElementType() : cast<RankedTensorType>(type).getElementType();
}

/// Names the normalizer that works in this compute type; built-in ones work in each.
template <typename Op>
LogicalResult retypeNormalizerOf(Op op, Type compute) {
  auto symbol = dyn_cast<SymbolRefAttr>(op.getNormalizer());
  if (!symbol)
    return success();
  auto normalizer = SymbolTable::lookupNearestSymbolFrom<NormalizerOp>(op, symbol);
  if (!normalizer)
    return op.emitOpError() << "expects " << symbol << " to be an attn.normalizer";
  op.setNormalizerAttr(FlatSymbolRefAttr::get(retypeNormalizer(normalizer, compute).getSymNameAttr()));
  return success();
}

//===-- ops on planes -------------------------------------------------------------------------------------------===//

void Refiner::visitModify(ModifyOp op) {
  Type from = elementOf(op.getResult().getType()), to = elementOf(op.getScores().getType());
  retypeCaptures(op.getBody(), 5, op.getCaptures());
  retypeRegion(op.getBody(), from, to);
  setType(op.getResult(), op.getScores().getType());
}

LogicalResult Refiner::visitNormalize(NormalizeOp op) {
  ScoresType scores = op.getScores().getType();
  setType(op.getWeights(), WeightsType::get(scores.getShape(), scores.getElementType()));
  if (op.getLse())
    setType(op.getLse(), rowType(scores.getShape(), scores.getElementType()));
  return retypeNormalizerOf(op, scores.getElementType());
}

LogicalResult Refiner::visitApply(ApplyOp op) {
  ArrayRef<int64_t> plane = op.getWeights().getType().getShape();
  RankedTensorType values = tensorType(op.getValues());
  SmallVector<Type> types = {outputType(plane, values)};
  if (op.getPartial())
    types = partialTypes(plane, values, op.getNumResults() - 1);
  for (auto [output, type] : llvm::zip(op.getOutputs(), types))
    setType(output, type);
  return success();
}

void Refiner::visitReduce(ReduceOp op) {
  auto plane = cast<PlaneType>(op.getPlane().getType());
  setType(op.getResult(), statisticType(plane.getShape(), plane.getElementType(), op.getKind()));
}

LogicalResult Refiner::visitMerge(MergeOp op) {
  RankedTensorType first = tensorType(op.getParts().front());
  Type element = elementOf(op.getOutput().getType());
  if (storage && element == storage->first)
    element = storage->second;
  setType(op.getOutput(), first.clone(element));
  Type compute = getComputeType(element);
  if (op.getLse())
    setType(op.getLse(), rowType(first.getShape(), compute));
  return retypeNormalizerOf(op, compute);
}

LogicalResult Refiner::visitAttend(AttendOp op) {
  ScoresType plane = op.planeType();
  Type to = plane.getElementType(), from = getComputeType(elementOf(oldType(op.getTerms().front())));
  for (Region *region : {&op.getScore(), &op.getWeight()}) {
    retypeCaptures(*region, 5, op.getCaptures());
    retypeRegion(*region, from, to);
  }
  if (failed(retypeNormalizerOf(op, to)))
    return failure();
  std::optional<Normalizer> normalizer = Normalizer::get(op);
  SmallVector<Type> types;
  for (AttendResult request : op.requested()) {
    if (request == AttendResult::Output)
      types.push_back(outputType(plane.getShape(), tensorType(op.getValues())));
    else if (request == AttendResult::Partial)
      llvm::append_range(types, partialTypes(plane.getShape(), tensorType(op.getValues()), normalizer->stateSize()));
    else if (request == AttendResult::Lse || request == AttendResult::RowMax)
      types.push_back(rowType(plane.getShape(), to));
    else
      types.push_back(statisticType(plane.getShape(), to,
                                    request == AttendResult::ColumnSum ? ReduceKind::ColumnSum
                                                                       : ReduceKind::DiagonalSum));
  }
  for (auto [output, type] : llvm::zip(op.getOutputs(), types))
    setType(output, type);
  return success();
}

//===-- other ops -----------------------------------------------------------------------------------------------===//

/// An elementwise op on tensors of one type: the operands' extents joined, if the element types agree.
LogicalResult Refiner::visitSameType(Operation *op) {
  auto joined = dyn_cast<RankedTensorType>(op->getOperand(0).getType());
  if (!joined)
    return visitOther(op);
  SmallVector<int64_t> shape(joined.getShape());
  for (Value operand : op->getOperands()) {
    RankedTensorType type = tensorType(operand);
    if (type.getElementType() != joined.getElementType())
      return op->emitOpError() << "cannot be specialised: its operands become " << joined << " and " << type;
    for (auto [extent, other] : llvm::zip_equal(shape, type.getShape()))
      extent = joinExtents(extent, other);
  }
  joined = joined.clone(shape);
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get().getType() != joined)
      operand.set(tensor::CastOp::create(builder, op->getLoc(), joined, operand.get()));
  for (OpResult result : op->getResults())
    setType(result, joined);
  return success();
}

/// An op this pass knows nothing about reads what it was written for, through a cast that forgets extents. Only ops
/// that move elements take others.
LogicalResult Refiner::visitOther(Operation *op) {
  OpBuilder builder(op);
  bool moves = isa<tensor::CastOp, tensor::CollapseShapeOp, tensor::DimOp, tensor::ExpandShapeOp,
                   tensor::ExtractSliceOp>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    Type was = oldType(operand.get()), is = operand.get().getType();
    if (was == is)
      continue;
    if (moves && elementOf(was) != elementOf(is)) {
      was = cast<RankedTensorType>(was).clone(elementOf(is));
      for (OpResult result : op->getResults())
        if (auto type = dyn_cast<RankedTensorType>(result.getType()))
          setType(result, type.clone(elementOf(is)));
    }
    if (was == is)
      continue;
    if (!tensor::CastOp::areCastCompatible(is, was))
      return op->emitOpError() << "cannot be specialised: it was written for " << was << ", but operand #"
                               << operand.getOperandNumber() << " becomes " << is;
    operand.set(tensor::CastOp::create(builder, op->getLoc(), was, operand.get()));
  }
  return success();
}

LogicalResult Refiner::visit(Operation *op) {
  if (auto score = dyn_cast<ScoreOp>(op))
    return visitScore(score), success();
  if (auto modify = dyn_cast<ModifyOp>(op))
    return visitModify(modify), success();
  if (isa<MaskOp, GateOp>(op))
    return setType(op->getResult(0), op->getOperand(0).getType()), success();
  if (auto normalize = dyn_cast<NormalizeOp>(op))
    return visitNormalize(normalize);
  if (auto apply = dyn_cast<ApplyOp>(op))
    return visitApply(apply);
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return visitReduce(reduce), success();
  if (auto merge = dyn_cast<MergeOp>(op))
    return visitMerge(merge);
  if (auto attend = dyn_cast<AttendOp>(op))
    return visitAttend(attend);
  if (auto region = dyn_cast<MaskRegionOp>(op))
    return retypeCaptures(region.getBody(), 4, region.getCaptures()), success();
  if (isa<MaskOpInterface, func::ReturnOp>(op))
    return success();
  return op->hasTrait<OpTrait::SameOperandsAndResultType>() && op->getNumOperands() > 0 ? visitSameType(op)
                                                                                         : visitOther(op);
}

//===-- arguments and results -----------------------------------------------------------------------------------===//

bool refines(Type from, Type to) {
  auto before = dyn_cast<RankedTensorType>(from), after = dyn_cast<RankedTensorType>(to);
  if (!before || !after)
    return from == to;
  if (before.getRank() != after.getRank() || before.getEncoding() != after.getEncoding())
    return false;
  for (auto [old, extent] : llvm::zip_equal(before.getShape(), after.getShape()))
    if (!ShapedType::isDynamic(old) && old != extent)
      return false;
  auto isStorage = [](Type type) { return isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type); };
  return before.getElementType() == after.getElementType() ||
         (isStorage(before.getElementType()) && isStorage(after.getElementType()));
}

} // namespace

LogicalResult attn::refineTypes(func::FuncOp func, TypeRange argumentTypes) {
  if (func.isDeclaration())
    return func.emitOpError() << "cannot be specialised: it has no body";
  if (argumentTypes.size() != func.getNumArguments())
    return func.emitOpError() << "cannot be specialised: expects " << func.getNumArguments()
                              << " argument types, but got " << argumentTypes.size();
  for (auto [argument, type] : llvm::zip_equal(func.getArguments(), argumentTypes))
    if (!refines(argument.getType(), type))
      return emitError(argument.getLoc()) << "expects argument #" << argument.getArgNumber() << " of '"
                                          << func.getSymName() << "' to refine " << argument.getType() << ", but got "
                                          << type;
  Refiner refiner;
  for (const TokenUse &use : findTokenUses(func)) {
    Type from = elementOf(use.argument.getType()), to = elementOf(argumentTypes[use.argument.getArgNumber()]);
    if (from != to)
      refiner.storage = {from, to};
  }
  for (auto [argument, type] : llvm::zip_equal(func.getArguments(), argumentTypes))
    refiner.setType(argument, type);
  SmallVector<Operation *> ops;
  func.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    ops.push_back(op);
    bool isScalarRegion = op->getName().getDialectNamespace() == AttnDialect::getDialectNamespace();
    return isScalarRegion ? WalkResult::skip() : WalkResult::advance();
  });
  for (Operation *op : ops)
    if (failed(refiner.visit(op)))
      return failure();
  TypeRange results = func.getBody().back().getTerminator()->getOperandTypes();
  func.setFunctionType(FunctionType::get(func.getContext(), argumentTypes, results));
  return verify(func);
}
