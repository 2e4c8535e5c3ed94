// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers, effects and rewrites of load and store.
#include "dialects/Tile/MemoryAccess.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace attn::tile;

bool attn::tile::isContiguous(Type memref, int64_t dim) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return dim >= 0 && succeeded(cast<MemRefType>(memref).getStridesAndOffset(strides, offset)) && strides[dim] == 1;
}

Value LoadOp::getBoundOf(int64_t dim) { return boundOf(*this, dim); }
Value StoreOp::getBoundOf(int64_t dim) { return boundOf(*this, dim); }

//===- load ---------------------------------------------------------------===//

void LoadOp::build(OpBuilder &builder, OperationState &state, Type result, Value source, ValueRange offsets,
                   ArrayRef<int64_t> dims, ValueRange bounds) {
  build(builder, state, result, source, offsets, bounds, /*indices=*/ValueRange(),
        builder.getDenseI64ArrayAttr(dims), /*indexDims=*/nullptr, /*pad=*/nullptr);
}

LogicalResult LoadOp::verify() {
  if (failed(verifyAccess(*this, getSource().getType(), getType())))
    return failure();
  Type element = cast<ShapedType>(getType()).getElementType();
  if (getPad() && getPad()->getType() != element)
    return emitOpError() << "expects pad of type " << element << ", but got " << getPad()->getType();
  return success();
}

TypedAttr LoadOp::getPadValue() {
  return getPad() ? *getPad() : Builder(getContext()).getZeroAttr(cast<ShapedType>(getType()).getElementType());
}

void LoadOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getSourceMutable());
}

//===- store --------------------------------------------------------------===//

void StoreOp::build(OpBuilder &builder, OperationState &state, Value value, Value dest, ValueRange offsets,
                    ArrayRef<int64_t> dims, ValueRange bounds) {
  build(builder, state, value, dest, offsets, bounds, /*indices=*/ValueRange(), /*mask=*/Value(),
        builder.getDenseI64ArrayAttr(dims), /*indexDims=*/nullptr, /*epilogue=*/EpilogueAttr());
}

LogicalResult StoreOp::verify() {
  if (failed(verifyAccess(*this, getDest().getType(), getValue().getType())))
    return failure();
  if (!getMask())
    return success();
  auto mask = cast<ShapedType>(getMask().getType());
  auto tile = cast<ShapedType>(getValue().getType());
  if (mask.getShape() != tile.getShape())
    return emitOpError() << "expects a mask of the tile's shape, but got " << mask << " for " << tile;
  return success();
}

void StoreOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  effects.emplace_back(MemoryEffects::Write::get(), &getDestMutable());
}

LogicalResult StoreOp::canonicalize(StoreOp op, PatternRewriter &rewriter) {
  DenseElementsAttr mask;
  if (!op.getMask() || !matchPattern(op.getMask(), m_Constant(&mask)) || !mask.isSplat())
    return rewriter.notifyMatchFailure(op, "no mask of one value");
  if (!mask.getSplatValue<bool>()) {
    rewriter.eraseOp(op);
    return success();
  }
  rewriter.modifyOpInPlace(op, [&] { op.getMaskMutable().clear(); });
  return success();
}
