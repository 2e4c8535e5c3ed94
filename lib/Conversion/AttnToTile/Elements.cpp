// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elements of casts, reshapes, slices, elementwise ops and gates, as scalar IR of the elements they read.
#include "lib/Conversion/AttnToTile/Elements.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

static bool isTensor(Value value) { return isa<RankedTensorType>(value.getType()); }

static bool isArithmetic(Operation *op) { return isa<arith::ArithDialect, math::MathDialect>(op->getDialect()); }

/// Ops whose elements are cheaper to make again than to store.
static bool isView(Operation *op) {
  return isa<tensor::CastOp, tensor::EmptyOp, tensor::SplatOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::ExtractSliceOp, linalg::FillOp, arith::ConstantOp>(op);
}

bool totile::isTensorOp(Operation *op) {
  auto gate = dyn_cast<GateOp>(op);
  return isView(op) || isArithmetic(op) || isa<tensor::InsertSliceOp, tensor::DimOp, linalg::GenericOp>(op) ||
         (gate && isTensor(gate.getResult()));
}

bool totile::isStored(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  if (!op || isa<linalg::GenericOp>(op) || !isTensorOp(op))
    return true;
  return !isView(op) && !tensor.hasOneUse();
}

//===-- what elements are made of -------------------------------------------------------------------------------===//

void ElementEmitter::collectScalar(Value scalar) {
  if (!matchPattern(scalar, m_Constant()))
    scalars.insert(scalar);
}

void ElementEmitter::collectExtent(Value tensor, unsigned dim) {
  if (cast<RankedTensorType>(tensor.getType()).isDynamicDim(dim))
    extents.insert({tensor, dim});
}

LogicalResult ElementEmitter::collect(Value tensor, bool whole) {
  if (!whole && isStored(tensor)) {
    stored.insert(tensor);
    return success();
  }
  Operation *op = tensor.getDefiningOp();
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (auto elements = dyn_cast<DenseElementsAttr>(constant.getValue()); elements && elements.isSplat())
      return success();
    return op->emitError() << "expects a constant tensor of one value";
  }
  if (isa<tensor::EmptyOp>(op))
    return success();
  auto collectShape = [&](Value shaped) {
    for (int64_t dim = 0; dim < cast<RankedTensorType>(shaped.getType()).getRank(); ++dim)
      collectExtent(shaped, dim);
  };
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    collectShape(collapse.getSrc());
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    collectShape(expand.getResult());
  for (Value operand : op->getOperands())
    if (!isTensor(operand))
      collectScalar(operand);
    else if (failed(collect(operand)))
      return failure();
  return success();
}

//===-- scalars -------------------------------------------------------------------------------------------------===//

Value ElementEmitter::extent(OpBuilder &builder, Value tensor, unsigned dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return type.isDynamicDim(dim) ? extentInputs.lookup({tensor, dim})
                                : IndexMath{builder, loc}.constant(type.getDimSize(dim));
}

Value ElementEmitter::scalar(OpBuilder &builder, Value value) {
  if (Value input = scalarInputs.lookup(value))
    return input;
  return builder.clone(*value.getDefiningOp())->getResult(0); // a constant
}

Value ElementEmitter::mixed(OpBuilder &builder, OpFoldResult value) {
  if (auto attr = dyn_cast<Attribute>(value))
    return IndexMath{builder, loc}.constant(cast<IntegerAttr>(attr).getInt());
  return scalar(builder, cast<Value>(value));
}

//===-- elements ------------------------------------------------------------------------------------------------===//

Value ElementEmitter::element(OpBuilder &builder, Value tensor, ArrayRef<Value> indices) {
  if (Value source = captured.lookup(tensor))
    return LookupOp::create(builder, loc, source, indices);
  Operation *op = tensor.getDefiningOp();
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return arith::ConstantOp::create(builder, loc,
                                     cast<DenseElementsAttr>(constant.getValue()).getSplatValue<TypedAttr>());
  if (isa<tensor::EmptyOp>(op))
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
  if (auto fill = dyn_cast<linalg::FillOp>(op))
    return scalar(builder, fill.getInputs().front());
  if (auto splat = dyn_cast<tensor::SplatOp>(op))
    return scalar(builder, splat.getInput());
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return this->element(builder, cast.getSource(), indices);
  if (auto gate = dyn_cast<GateOp>(op))
    return gated(builder, gate, indices);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return collapsed(builder, collapse, indices);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return expanded(builder, expand, indices);
  if (auto extract = dyn_cast<tensor::ExtractSliceOp>(op))
    return extracted(builder, extract, indices);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return inserted(builder, insert, indices);
  return elementwise(builder, op, indices);
}

Value ElementEmitter::elementwise(OpBuilder &builder, Operation *op, ArrayRef<Value> indices) {
  SmallVector<Value> operands = llvm::map_to_vector(op->getOperands(), [&](Value operand) {
    return isTensor(operand) ? element(builder, operand, indices) : scalar(builder, operand);
  });
  Type type = getElementTypeOrSelf(op->getResult(0).getType());
  return builder.create(loc, op->getName().getIdentifier(), operands, type, op->getAttrs())->getResult(0);
}

/// A number in a wider or narrower float type.
static Value asFloat(OpBuilder &builder, Location loc, Value value, Type type) {
  unsigned from = value.getType().getIntOrFloatBitWidth(), to = type.getIntOrFloatBitWidth();
  if (from < to)
    return arith::ExtFOp::create(builder, loc, type, value);
  return from > to ? arith::TruncFOp::create(builder, loc, type, value).getResult() : value;
}

Value ElementEmitter::gated(OpBuilder &builder, GateOp op, ArrayRef<Value> indices) {
  Type storage = cast<RankedTensorType>(op.getSource().getType()).getElementType(), compute = getComputeType(storage);
  SmallVector<Value> axes = llvm::map_to_vector(op.getDims(), [&](int64_t dim) { return indices[dim]; });
  Value factor = asFloat(builder, loc, element(builder, op.getFactor(), axes), compute);
  if (op.getDomain() == GateDomain::Log)
    factor = math::ExpOp::create(builder, loc, factor);
  Value source = asFloat(builder, loc, element(builder, op.getSource(), indices), compute);
  return asFloat(builder, loc, arith::MulFOp::create(builder, loc, source, factor), storage);
}

Value ElementEmitter::collapsed(OpBuilder &builder, tensor::CollapseShapeOp op, ArrayRef<Value> indices) {
  SmallVector<Value> places(op.getSrcType().getRank());
  for (auto [group, index] : llvm::zip_equal(op.getReassociationIndices(), indices)) {
    Value rest = index;
    for (int64_t dim : llvm::reverse(ArrayRef(group).drop_front())) {
      Value size = extent(builder, op.getSrc(), dim);
      places[dim] = arith::RemSIOp::create(builder, loc, rest, size);
      rest = arith::DivSIOp::create(builder, loc, rest, size);
    }
    places[group.front()] = rest;
  }
  for (Value &place : places)
    if (!place) // a group of a rank-0 result
      place = IndexMath{builder, loc}.constant(0);
  return element(builder, op.getSrc(), places);
}

Value ElementEmitter::expanded(OpBuilder &builder, tensor::ExpandShapeOp op, ArrayRef<Value> indices) {
  SmallVector<Value> places;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    Value place = indices[group.front()];
    for (int64_t dim : ArrayRef(group).drop_front()) {
      Value scaled = arith::MulIOp::create(builder, loc, place, extent(builder, op.getResult(), dim));
      place = arith::AddIOp::create(builder, loc, scaled, indices[dim]);
    }
    places.push_back(place);
  }
  return element(builder, op.getSrc(), places);
}

Value ElementEmitter::extracted(OpBuilder &builder, tensor::ExtractSliceOp op, ArrayRef<Value> indices) {
  llvm::SmallBitVector dropped = op.getDroppedDims();
  SmallVector<Value> places;
  size_t next = 0;
  for (auto [dim, offset, stride] : llvm::enumerate(op.getMixedOffsets(), op.getMixedStrides())) {
    Value place = mixed(builder, offset);
    if (!dropped.test(dim)) {
      Value step = indices[next++];
      if (getConstantIntValue(stride) != 1)
        step = arith::MulIOp::create(builder, loc, step, mixed(builder, stride));
      place = getConstantIntValue(offset) == 0 ? step : arith::AddIOp::create(builder, loc, step, place).getResult();
    }
    places.push_back(place);
  }
  return element(builder, op.getSource(), places);
}

Value ElementEmitter::inserted(OpBuilder &builder, tensor::InsertSliceOp op, ArrayRef<Value> indices) {
  llvm::SmallBitVector dropped = op.getDroppedDims();
  IndexMath math{builder, loc};
  using Predicate = arith::CmpIPredicate;
  auto compare = [&](Predicate predicate, Value left, Value right) {
    return arith::CmpIOp::create(builder, loc, predicate, left, right).getResult();
  };
  Value inside;
  auto require = [&](Value condition) {
    inside = inside ? arith::AndIOp::create(builder, loc, inside, condition).getResult() : condition;
  };
  SmallVector<Value> places;
  for (auto [dim, offset, size, stride, index] :
       llvm::enumerate(op.getMixedOffsets(), op.getMixedSizes(), op.getMixedStrides(), indices)) {
    Value distance = arith::SubIOp::create(builder, loc, index, mixed(builder, offset)), place = distance;
    require(compare(Predicate::sge, distance, math.constant(0)));
    if (getConstantIntValue(stride) != 1) {
      Value step = mixed(builder, stride);
      place = arith::DivSIOp::create(builder, loc, distance, step);
      require(compare(Predicate::eq, arith::RemSIOp::create(builder, loc, distance, step), math.constant(0)));
    }
    require(compare(Predicate::slt, place, mixed(builder, size)));
    if (!dropped.test(dim))
      places.push_back(place);
  }
  Value untouched = element(builder, op.getDest(), indices);
  if (!inside)
    return element(builder, op.getSource(), places);
  return arith::SelectOp::create(builder, loc, inside, element(builder, op.getSource(), places), untouched);
}
