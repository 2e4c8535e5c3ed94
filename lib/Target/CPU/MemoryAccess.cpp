// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tile.load and tile.store on vectors and scalars: bounds become masks, gathers become guarded scalar loads.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

/// Where elements of a tile lie in memory, and which of them do.
struct TileLowering::Place {
  SmallVector<Value> indices;
  Value inside; ///< i1: the element (or the vector's row) exists; null: always
  Value count;  ///< index: how many lanes exist; null: all
};

/// What load and store have in common.
struct MemoryOp {
  Value memref, tile;
  OperandRange offsets;
  ArrayRef<int64_t> dims;
  std::function<Value(int64_t)> boundOf;

  static MemoryOp of(Operation *op) {
    if (auto load = dyn_cast<LoadOp>(op))
      return {load.getSource(), load.getResult(), load.getOffsets(), load.getDims(),
              [load](int64_t dim) mutable { return load.getBoundOf(dim); }};
    auto store = cast<StoreOp>(op);
    return {store.getDest(), store.getValue(), store.getOffsets(), store.getDims(),
            [store](int64_t dim) mutable { return store.getBoundOf(dim); }};
  }
};

/// Whether every element of the tile along one of its dims exists, as far as sizes known when compiling tell.
static bool isWhollyInside(const MemoryOp &op, int tileDim, int64_t padded) {
  int64_t dim = op.dims[tileDim];
  Value bound = op.boundOf(dim);
  int64_t size = cast<MemRefType>(op.memref.getType()).getDimSize(dim);
  std::optional<int64_t> end = bound ? getConstantIntValue(bound) : std::optional<int64_t>(size);
  std::optional<int64_t> begin = getConstantIntValue(op.offsets[dim]);
  return begin && end && !ShapedType::isDynamic(*end) && *begin + padded <= *end;
}

TileLowering::Place TileLowering::placeOf(Operation *memoryOp, const At &at) {
  MemoryOp op = MemoryOp::of(memoryOp);
  ArrayRef<int64_t> shape = tileShape(op.tile);
  Value memref = scalar(op.memref);
  Place place;
  for (Value offset : op.offsets)
    place.indices.push_back(scalar(offset));
  for (int tileDim : {0, 1}) {
    int64_t dim = op.dims[tileDim];
    if (dim < 0)
      continue;
    Value &index = place.indices[dim];
    index = add(index, tileDim == 0 ? at.i : at.j);
    bool lanes = at.width > 1 && tileDim == at.along;
    int64_t extent = lanes ? llvm::alignTo(shape[tileDim], at.width) : shape[tileDim];
    if (isWhollyInside(op, tileDim, extent))
      continue;
    Value bound = op.boundOf(dim);
    Value end = bound ? scalar(bound) : Value(memref::DimOp::create(b, loc, memref, dim));
    if (lanes) {
      place.count = arith::SubIOp::create(b, loc, end, index);
      continue;
    }
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index, end);
    place.inside = place.inside ? Value(arith::AndIOp::create(b, loc, place.inside, inside)) : inside;
  }
  if (at.width > 1 && place.inside) {
    Value count = place.count ? place.count : index(at.width);
    place.count = arith::SelectOp::create(b, loc, place.inside, count, index(0));
    place.inside = {};
  }
  return place;
}

Value TileLowering::evaluateLoad(LoadOp op, const At &at) {
  Type element = op.getType().getElementType();
  bool repeats = at.width > 1 && op.getDims()[at.along] < 0;
  if (repeats)
    return broadcast(evaluate(op.getResult(), {at.i, at.j, at.along, 1}), at.width);
  Place place = placeOf(op, at);
  Value memref = scalar(op.getSource());
  Type stored = cast<MemRefType>(memref.getType()).getElementType();
  auto toElement = [&](Value value) -> Value {
    return stored == element ? value : fromStored(value, element);
  };
  auto pad = [&](unsigned width) {
    Value value = arith::ConstantOp::create(b, loc, stored, op.getPadValue());
    return broadcast(value, width);
  };
  if (at.width > 1) {
    auto type = cast<VectorType>(vectorType(stored, at.width));
    if (!place.count)
      return toElement(vector::LoadOp::create(b, loc, type, memref, place.indices));
    Value mask = maskOf({std::nullopt, place.count}, at.width);
    return toElement(vector::MaskedLoadOp::create(b, loc, type, memref, place.indices, mask, pad(at.width)));
  }
  if (!place.inside)
    return toElement(memref::LoadOp::create(b, loc, memref, place.indices));
  auto choice = scf::IfOp::create(b, loc, TypeRange{stored}, place.inside, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, loc, ValueRange{memref::LoadOp::create(b, loc, memref, place.indices)});
  b.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(b, loc, ValueRange{pad(1)});
  b.setInsertionPointAfter(choice);
  return toElement(choice.getResult(0));
}

// Element by element: an index tile moves one dim of the memref, and what it moves outside is padding.
Value TileLowering::evaluateGather(LoadOp op, const At &at) {
  Value memref = scalar(op.getSource());
  Type element = op.getType().getElementType();
  Place place = placeOf(op, at);
  for (auto [dim, tile] : llvm::zip(op.getIndexedDims(), op.getIndices())) {
    ArrayRef<int64_t> shape = tileShape(tile);
    At inner{shape[0] == 1 ? index(0) : at.i, shape[1] == 1 ? index(0) : at.j, at.along, 1};
    Value moved = arith::IndexCastOp::create(b, loc, b.getIndexType(), evaluate(tile, inner));
    Value &place_ = place.indices[dim];
    place_ = add(place_, moved);
    // Unsigned: a negative index is a large one.
    Value end = memref::DimOp::create(b, loc, memref, dim);
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, place_, end);
    place.inside = place.inside ? Value(arith::AndIOp::create(b, loc, place.inside, inside)) : inside;
  }
  auto choice = scf::IfOp::create(b, loc, TypeRange{element}, place.inside, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, loc, ValueRange{memref::LoadOp::create(b, loc, memref, place.indices)});
  b.setInsertionPointToStart(choice.elseBlock());
  Value pad = arith::ConstantOp::create(b, loc, element, op.getPadValue());
  scf::YieldOp::create(b, loc, ValueRange{pad});
  b.setInsertionPointAfter(choice);
  return choice.getResult(0);
}

void TileLowering::storeMemory(StoreOp op, Value value, const At &at, const Lanes &lanes) {
  if (at.width > 1 && op.getDims()[at.along] < 0) {
    At single{at.i, at.j, at.along, 1};
    return storeMemory(op, evaluate(op.getValue(), single), single, {});
  }
  Value memref = scalar(op.getDest());
  Place place = placeOf(op, at);
  if (at.width > 1) {
    Value mask;
    auto restrict = [&](Value other) { mask = mask ? Value(arith::AndIOp::create(b, loc, mask, other)) : other; };
    if (place.count)
      restrict(maskOf({std::nullopt, place.count}, at.width));
    if (!lanes.all())
      restrict(maskOf(lanes, at.width));
    if (op.getMask())
      restrict(evaluate(op.getMask(), at));
    if (mask)
      vector::MaskedStoreOp::create(b, loc, memref, place.indices, mask, value);
    else
      vector::StoreOp::create(b, loc, value, memref, place.indices);
    return;
  }
  for (auto [dim, tile] : llvm::zip(op.getIndexedDims(), op.getIndices())) {
    ArrayRef<int64_t> shape = tileShape(tile);
    At inner{shape[0] == 1 ? index(0) : at.i, shape[1] == 1 ? index(0) : at.j, at.along, 1};
    Value moved = arith::IndexCastOp::create(b, loc, b.getIndexType(), evaluate(tile, inner));
    place.indices[dim] = add(place.indices[dim], moved);
    Value end = memref::DimOp::create(b, loc, memref, dim);
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, place.indices[dim], end);
    place.inside = place.inside ? Value(arith::AndIOp::create(b, loc, place.inside, inside)) : inside;
  }
  if (op.getMask()) {
    Value taken = evaluate(op.getMask(), at);
    place.inside = place.inside ? Value(arith::AndIOp::create(b, loc, place.inside, taken)) : taken;
  }
  OpBuilder::InsertionGuard guard(b);
  if (place.inside) {
    auto guarded = scf::IfOp::create(b, loc, place.inside, /*withElseRegion=*/false);
    b.setInsertionPointToStart(guarded.thenBlock());
  }
  memref::StoreOp::create(b, loc, value, memref, place.indices);
}

} // namespace attn::cpu
