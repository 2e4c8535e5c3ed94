// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keeps the places where tile arithmetic goes, and gives numbers the shape that an op wants.
#include "lib/Conversion/AttnToTile/Emitter.h"
#include "dialects/Tile/TileOps.h"
#include "lib/Conversion/AttnToTile/Scalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

RankedTensorType TileEmitter::tileType(Type element, bool rows, bool cols) const {
  if (element.isIndex())
    element = IntegerType::get(element.getContext(), 32);
  return RankedTensorType::get({rows ? sizes.rows : 1, cols ? sizes.cols : 1}, element);
}

/// The constant as an element of a tile. An index beyond i32 is beyond every position, and stays so.
static TypedAttr tileConstant(TypedAttr scalar, RankedTensorType type) {
  if (!scalar.getType().isIndex())
    return DenseElementsAttr::get(type, scalar);
  constexpr int64_t beyond = int64_t(1) << 30;
  int64_t value = cast<IntegerAttr>(scalar).getInt();
  if (value != static_cast<int32_t>(value))
    value = value < 0 ? -beyond : beyond;
  return DenseElementsAttr::get(type, static_cast<int32_t>(value));
}

Value TileEmitter::asTile(const TileValue &value, bool rows, bool cols, bool inLoop) {
  OpBuilder &at = builder(inLoop);
  Type element = getElementTypeOrSelf(value.value.getType());
  RankedTensorType type = tileType(element, rows, cols);
  if (value.value.getType() == type)
    return value.value;
  if (!value.isUniform())
    return tile::BroadcastOp::create(at, loc, type, value.value);
  TypedAttr constant;
  if (matchPattern(value.value, m_Constant(&constant)))
    return arith::ConstantOp::create(at, loc, tileConstant(constant, type));
  Value scalar = value.value;
  if (element.isIndex())
    scalar = arith::IndexCastOp::create(builder(value.inLoop), loc, builder(value.inLoop).getI32Type(), scalar);
  return tensor::SplatOp::create(at, loc, type, scalar);
}

TileValue TileEmitter::positions(Value start, bool alongRows, bool inLoop, bool nonNegative, int64_t multiple) {
  OpBuilder &at = builder(inLoop);
  TileValue value{{}, alongRows, !alongRows, inLoop, {}, 1, true};
  value.value = tile::IotaOp::create(at, loc, tileType(at.getIndexType(), alongRows, !alongRows), start,
                                     static_cast<uint64_t>(alongRows ? 0 : 1));
  if (nonNegative) {
    value.start = start;
    value.multiple = multiple;
  }
  return value;
}

void TileEmitter::enter(scf::ForOp loop) {
  outside.setInsertionPoint(loop);
  inside.setInsertionPointToEnd(loop.getBody());
}

void TileEmitter::leave(Operation *op) {
  outside.setInsertionPointAfter(op);
  inside.setInsertionPointAfter(op);
}

FailureOr<SmallVector<TileValue>> TileEmitter::convert(ArrayRef<Value> captures, ArrayRef<TileValue> inputs,
                                                       ScalarEmitter emit) {
  ScalarConversion conversion(*this);
  return conversion.run(captures, inputs, emit);
}

FailureOr<TileValue> TileEmitter::convertOne(ArrayRef<Value> captures, ArrayRef<TileValue> inputs,
                                             ScalarEmitter emit) {
  FailureOr<SmallVector<TileValue>> values = convert(captures, inputs, emit);
  if (failed(values))
    return failure();
  return values->front();
}
