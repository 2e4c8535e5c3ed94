// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elements of tiles as vectors and scalars: from their home, or computed again from the op that made them.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

/// Distinguishes values in stored form from those in the tile's own type.
constexpr int storedForm = 2;

static auto keyOf(Value tile, const At &at, bool stored) {
  return std::make_tuple(tile.getAsOpaquePointer(), at.i.getAsOpaquePointer(), at.j.getAsOpaquePointer(),
                         at.along + (stored ? storedForm : 0), at.width);
}

void TileLowering::remember(Value tile, const At &at, Value value) {
  bool stored = getElementTypeOrSelf(value.getType()) != cast<ShapedType>(tile.getType()).getElementType();
  computed.back()[keyOf(tile, at, stored)] = value;
}

Value TileLowering::evaluate(Value tile, const At &at) {
  for (auto &scope : llvm::reverse(computed))
    if (auto known = scope.find(keyOf(tile, at, false)); known != scope.end())
      return known->second;
  Value value = evaluateFresh(tile, at);
  remember(tile, at, value);
  return value;
}

/// Whether a 16-bit float is an integer that it holds exactly: the conversion to its stored form then skips a step.
static bool isExactConversion(Operation *op) {
  if (!op || !isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    return false;
  auto element = cast<FloatType>(getElementTypeOrSelf(op->getResult(0).getType()));
  return element.getWidth() == 16 &&
         getElementTypeOrSelf(op->getOperand(0).getType()).getIntOrFloatBitWidth() <= element.getFPMantissaWidth();
}

Value TileLowering::convertInteger(Operation *op, const At &at) {
  Value value = evaluate(op->getOperand(0), at);
  Type type = vectorType(storedElement(getElementTypeOrSelf(op->getResult(0).getType())), at.width);
  if (isa<arith::SIToFPOp>(op))
    return arith::SIToFPOp::create(b, loc, type, value);
  return arith::UIToFPOp::create(b, loc, type, value);
}

Value TileLowering::evaluateStored(Value tile, const At &at) {
  Type element = cast<ShapedType>(tile.getType()).getElementType();
  if (storedElement(element) == element)
    return evaluate(tile, at);
  for (auto &scope : llvm::reverse(computed))
    if (auto known = scope.find(keyOf(tile, at, true)); known != scope.end())
      return known->second;
  const Home *home = findHome(tile);
  Value value = home ? loadHome(*home, at)
                : isExactConversion(tile.getDefiningOp())
                    ? convertInteger(tile.getDefiningOp(), at)
                    : toStored(evaluate(tile, at));
  remember(tile, at, value);
  return value;
}

Value TileLowering::loadHome(const Home &home, const At &at) {
  // A vector across a tile of one element in that direction is that element, repeated.
  if (at.width > 1 && at.along != (home.upright ? 0 : 1))
    return broadcast(loadHome(home, {at.i, at.j, at.along, 1}), at.width);
  Value row = home.upright ? home.rowOffset : add(home.rowOffset, at.i);
  Value col = add(home.colOffset, home.upright ? at.i : at.j);
  if (!row)
    row = index(0);
  if (at.width == 1)
    return memref::LoadOp::create(b, loc, home.memref, ValueRange{row, col});
  Type element = cast<MemRefType>(home.memref.getType()).getElementType();
  auto type = cast<VectorType>(vectorType(element, at.width));
  return vector::LoadOp::create(b, loc, type, home.memref, ValueRange{row, col});
}

void TileLowering::storeHome(const Home &home, Value value, const At &at, const Lanes &lanes) {
  Value row = home.upright ? home.rowOffset : add(home.rowOffset, at.i);
  Value col = add(home.colOffset, home.upright ? at.i : at.j);
  if (!row)
    row = index(0);
  SmallVector<Value, 2> place{row, col};
  bool across = at.width > 1 && at.along != (home.upright ? 0 : 1);
  if (across)
    value = vector::ExtractOp::create(b, loc, value, ArrayRef<int64_t>{0});
  if (across || at.width == 1) {
    memref::StoreOp::create(b, loc, value, home.memref, place);
    return;
  }
  // A whole matrix has room behind each row; a part of one has a neighbour there.
  if (lanes.all() || !home.colOffset)
    vector::StoreOp::create(b, loc, value, home.memref, place);
  else
    vector::MaskedStoreOp::create(b, loc, home.memref, place, maskOf(lanes, at.width), value);
}

Value TileLowering::evaluateFresh(Value tile, const At &at) {
  Type element = cast<ShapedType>(tile.getType()).getElementType();
  if (const Home *home = findHome(tile))
    return storedElement(element) == element ? loadHome(*home, at) : fromStored(evaluateStored(tile, at), element);
  ArrayRef<int64_t> shape = tileShape(tile);
  return TypeSwitch<Operation *, Value>(tile.getDefiningOp())
      .Case([&](arith::ConstantOp op) -> Value {
        auto dense = cast<DenseElementsAttr>(op.getValue());
        Value value = arith::ConstantOp::create(b, loc, element, cast<TypedAttr>(dense.getSplatValue<Attribute>()));
        return broadcast(value, at.width);
      })
      .Case([&](tensor::SplatOp op) { return broadcast(scalar(op.getInput()), at.width); })
      .Case([&](BroadcastOp op) -> Value {
        ArrayRef<int64_t> from = tileShape(op.getSource());
        At inner = at;
        if (from[0] == 1 && shape[0] != 1)
          inner.i = index(0);
        if (from[1] == 1 && shape[1] != 1)
          inner.j = index(0);
        if (from[at.along] == 1)
          inner.width = 1;
        return broadcast(evaluate(op.getSource(), inner), at.width);
      })
      .Case([&](IotaOp op) -> Value {
        bool along = int(op.getDim()) == at.along;
        Value position = add(scalar(op.getStart()), op.getDim() == 0 ? at.i : at.j);
        Value value = broadcast(arith::IndexCastOp::create(b, loc, element, position), at.width);
        if (!along || at.width == 1)
          return value;
        SmallVector<int32_t> steps;
        for (unsigned lane = 0; lane < at.width; ++lane)
          steps.push_back(lane);
        auto type = cast<VectorType>(value.getType());
        Value step = arith::ConstantOp::create(b, loc, DenseIntElementsAttr::get(type, ArrayRef<int32_t>(steps)));
        return arith::AddIOp::create(b, loc, value, step);
      })
      .Case([&](tensor::ExtractSliceOp op) -> Value {
        SmallVector<OpFoldResult> offsets = op.getMixedOffsets();
        At inner = at;
        auto shift = [&](OpFoldResult offset, Value place) {
          if (auto fixed = getConstantIntValue(offset))
            return *fixed == 0 ? place : add(index(*fixed), place);
          return add(scalar(cast<Value>(offset)), place);
        };
        inner.i = shift(offsets[0], at.i);
        inner.j = shift(offsets[1], at.j);
        return evaluate(op.getSource(), inner);
      })
      .Case([&](TransposeOp op) { return evaluate(op.getSource(), {at.j, at.i, 1 - at.along, at.width}); })
      .Case([&](LoadOp op) { return op.getIndices().empty() ? evaluateLoad(op, at) : evaluateGather(op, at); })
      .Default([&](Operation *op) { return evaluateElementwise(op, at); });
}

Value TileLowering::evaluateElementwise(Operation *op, const At &at) {
  Type element = cast<ShapedType>(op->getResult(0).getType()).getElementType();
  if (isa<arith::ExtFOp>(op) && element.isF32())
    return evaluateStored(op->getOperand(0), at); // 16-bit floats are kept as f32
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(isTile(operand.getType()) ? evaluate(operand, at) : broadcast(scalar(operand), at.width));
  // Lanes past a tile's end hold anything; a division must not trap there.
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::FloorDivSIOp, arith::CeilDivSIOp,
          arith::CeilDivUIOp>(op) &&
      at.width > 1) {
    Value zero = constant(element, 0, at.width), one = constant(element, 1, at.width);
    Value isZero = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, operands[1], zero);
    operands[1] = arith::SelectOp::create(b, loc, isZero, one, operands[1]);
  }
  Operation *copy = op->cloneWithoutRegions();
  b.insert(copy);
  copy->setOperands(operands);
  copy->getResult(0).setType(vectorType(element, at.width));
  return copy->getResult(0);
}

} // namespace attn::cpu
