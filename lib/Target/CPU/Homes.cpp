// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where tiles lie in scratch memory, and when one takes over the place of another.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

/// Rows start at multiples of this many elements, so that vectors may run past a row's end.
constexpr int64_t rowAlignment = 16;

Home TileLowering::newHome(Value tile) {
  ArrayRef<int64_t> shape = tileShape(tile);
  bool upright = isColumnTile(tile);
  int64_t rows = upright ? 1 : shape[0], cols = upright ? shape[0] : shape[1];
  Type element = storedElement(cast<ShapedType>(tile.getType()).getElementType());
  Scratch::Piece piece = scratch.take(b, loc, {rows, int64_t(llvm::alignTo(cols, rowAlignment))}, element);
  Home home{piece.memref, {}, {}, upright};
  allocations.back().push_back({piece, home, {tile}});
  return home;
}

Home TileLowering::homeForResult(const BlockPlan &plan, unsigned node, Value tile) {
  if (auto given = wanted.find(tile); given != wanted.end()) {
    Wanted want = given->second;
    return want.insert ? viewAt(want.home, want.insert.getMixedOffsets()) : want.home;
  }
  // A tile that is read here for the last time, element by element where the result is written, makes room.
  ArrayRef<int64_t> shape = tileShape(tile);
  bool upright = isColumnTile(tile);
  auto diesHere = [&](const Allocation &allocation) {
    bool read = false;
    for (Value old : allocation.tiles) {
      if (plan.lastUse(old) > node || isColumnTile(old) != upright || tileShape(old) != shape)
        return false;
      for (const BlockPlan::Read &use : plan.readsOf(old)) {
        if (use.node != node)
          continue;
        if (!use.access.pointwise || use.access.slice)
          return false;
        read = true;
      }
    }
    Type element = cast<MemRefType>(allocation.home.memref.getType()).getElementType();
    return read && element == storedElement(cast<ShapedType>(tile.getType()).getElementType());
  };
  for (Allocation &allocation : allocations.back())
    if (!allocation.home.memref) // panels
      continue;
    else if (diesHere(allocation)) {
      allocation.tiles = {tile};
      return allocation.home;
    }
  return newHome(tile);
}

const Home *TileLowering::findHome(Value tile) {
  auto found = homes.find(tile);
  if (found != homes.end())
    return &found->second;
  auto constant = tile.getDefiningOp<arith::ConstantOp>();
  if (!constant || isa<SplatElementsAttr>(constant.getValue()))
    return nullptr;
  // A constant of many values lies in memory of its own.
  auto dense = cast<DenseElementsAttr>(constant.getValue());
  ArrayRef<int64_t> shape = tileShape(tile);
  Type element = dense.getElementType();
  Type stored = storedElement(element);
  bool upright = isColumnTile(tile);
  int64_t rows = upright ? 1 : shape[0], cols = upright ? shape[0] : shape[1];
  int64_t stride = llvm::alignTo(cols, rowAlignment);
  SmallVector<Attribute> values;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < stride; ++col) {
      Attribute value = dense.getValues<Attribute>()[row * cols + std::min(col, cols - 1)];
      if (auto real = dyn_cast<FloatAttr>(value))
        value = FloatAttr::get(stored, real.getValueAsDouble());
      else
        value = IntegerAttr::get(stored, cast<IntegerAttr>(value).getValue().zextOrTrunc(stored.getIntOrFloatBitWidth()));
      values.push_back(value);
    }
  auto type = MemRefType::get({rows, stride}, stored);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(func);
  std::string name = (func.getName() + ".constant" + llvm::Twine(globals++)).str();
  auto data = DenseElementsAttr::get(RankedTensorType::get({rows, stride}, stored), values);
  memref::GlobalOp::create(b, constant.getLoc(), name, b.getStringAttr("private"), type, data, /*constant=*/true,
                           IntegerAttr());
  b.setInsertionPointToStart(&func.getBody().front());
  Value memref = memref::GetGlobalOp::create(b, constant.getLoc(), type, name);
  return &(homes[tile] = {memref, {}, {}, upright});
}

/// The part of a home that starts at these offsets of its tile.
Home TileLowering::viewAt(const Home &home, ArrayRef<OpFoldResult> offsets) {
  auto value = [&](OpFoldResult offset) -> Value {
    if (auto fixed = getConstantIntValue(offset))
      return *fixed == 0 ? Value() : index(*fixed);
    return scalar(cast<Value>(offset));
  };
  auto shift = [&](Value base, Value by) -> Value {
    if (!base || !by)
      return base ? base : by;
    return add(base, by);
  };
  Home part = home;
  Value row = value(offsets[0]), col = value(offsets[1]);
  if (home.upright) {
    part.colOffset = shift(home.colOffset, row);
  } else {
    part.rowOffset = shift(home.rowOffset, row);
    part.colOffset = shift(home.colOffset, col);
  }
  return part;
}

void TileLowering::adopt(Value tile, Value source) {
  for (Allocation &allocation : allocations.back())
    if (llvm::is_contained(allocation.tiles, source)) {
      allocation.tiles.push_back(tile);
      return;
    }
}

void TileLowering::release(const BlockPlan &plan, unsigned node) {
  llvm::erase_if(allocations.back(), [&](const Allocation &allocation) {
    bool dead = llvm::all_of(allocation.tiles, [&](Value tile) { return plan.lastUse(tile) <= node; });
    if (dead)
      scratch.giveBack(allocation.piece);
    return dead;
  });
}

void TileLowering::afterDefinition(Value tile) {
  if (!isTile(tile.getType()) || !uses.needsPanels(tile))
    return;
  ArrayRef<int64_t> shape = tileShape(tile);
  Type element = storedElement(cast<ShapedType>(tile.getType()).getElementType());
  Panels packed;
  packed.width = widthFor(element) * target.accumulatorVectors();
  Scratch::Piece piece = scratch.take(
      b, loc, {int64_t(llvm::divideCeil(shape[0], packed.width)), int64_t(llvm::alignTo(shape[1], rowAlignment)), packed.width},
      element);
  packed.memref = piece.memref;
  allocations.back().push_back({piece, {}, {tile}});
  panels[tile] = packed;
  packPanels(tile, packed);
}

} // namespace attn::cpu
