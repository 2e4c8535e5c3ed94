// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads of captured tensors: one element, a tile along rows and columns, or a gather.
#include "dialects/Tile/TileOps.h"
#include "lib/Conversion/AttnToTile/Scalars.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

static Value extent(OpBuilder &builder, Location loc, Value memref, unsigned dim) {
  int64_t size = cast<MemRefType>(memref.getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(size))
    return arith::ConstantIndexOp::create(builder, loc, size);
  return memref::DimOp::create(builder, loc, memref, dim);
}

/// No access leaves its buffer, whatever the index is.
Value ScalarConversion::clamped(Value memref, unsigned dim, const TileValue &index) {
  OpBuilder &builder = emitter.builder(index.inLoop);
  APInt constant;
  int64_t size = cast<MemRefType>(memref.getType()).getDimSize(dim);
  if (matchPattern(index.value, m_ConstantInt(&constant)) && constant.isNonNegative() &&
      (constant.isZero() || constant.slt(ShapedType::isDynamic(size) ? 0 : size)))
    return index.value;
  Value one = arith::ConstantIndexOp::create(builder, emitter.loc, 1);
  Value zero = arith::ConstantIndexOp::create(builder, emitter.loc, 0);
  Value last = builder.createOrFold<arith::SubIOp>(emitter.loc, extent(builder, emitter.loc, memref, dim), one);
  Value low = builder.createOrFold<arith::MinSIOp>(emitter.loc, index.value, last);
  return builder.createOrFold<arith::MaxSIOp>(emitter.loc, low, zero);
}

TileValue ScalarConversion::loadScalar(Value memref, ArrayRef<TileValue> indices) {
  TileValue result;
  SmallVector<Value> places;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    result.inLoop |= index.inLoop;
    places.push_back(clamped(memref, dim, index));
  }
  result.value = memref::LoadOp::create(emitter.builder(result.inLoop), emitter.loc, memref, places);
  return result;
}

TileValue ScalarConversion::loadTile(Value memref, ArrayRef<TileValue> indices) {
  TileValue result;
  int64_t dims[2] = {-1, -1};
  SmallVector<Value> offsets, indexTiles;
  SmallVector<int64_t> indexDims;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    result.rows |= index.rows;
    result.cols |= index.cols;
    result.inLoop |= index.inLoop;
    bool runsAlongOne = index.start && index.rows != index.cols;
    if (index.isUniform()) {
      offsets.push_back(clamped(memref, dim, index));
    } else if (int64_t &free = dims[index.rows ? 0 : 1]; runsAlongOne && free < 0) {
      free = dim;
      offsets.push_back(index.start);
    } else {
      offsets.push_back({});
      indexDims.push_back(dim);
      indexTiles.push_back(index.value);
    }
  }
  OpBuilder &builder = emitter.builder(result.inLoop);
  for (Value &offset : offsets)
    if (!offset)
      offset = arith::ConstantIndexOp::create(builder, emitter.loc, 0);
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  result.value = tile::LoadOp::create(
      builder, emitter.loc, emitter.tileType(element, result.rows, result.cols), memref, offsets, ValueRange(),
      indexTiles, builder.getDenseI64ArrayAttr(dims),
      indexDims.empty() ? DenseI64ArrayAttr() : builder.getDenseI64ArrayAttr(indexDims), TypedAttr());
  return result;
}

void ScalarConversion::reportIndexed(LookupOp op) {
  if (!emitter.onIndexed)
    return;
  for (auto [dim, index] : llvm::enumerate(op.getIndices()))
    if (auto known = coordinates.find(index); known != coordinates.end())
      emitter.onIndexed(tensors.lookup(op.getTensor()), dim, known->second);
}

LogicalResult ScalarConversion::convertLookup(LookupOp op) {
  Value memref = memrefs.lookupOrNull(op.getTensor());
  if (!memref)
    return emitError(emitter.loc) << "expects a lookup of a captured tensor";
  reportIndexed(op);
  FailureOr<SmallVector<TileValue>> indices = operands(*op);
  if (failed(indices))
    return failure();
  bool isScalar = llvm::all_of(*indices, [](const TileValue &index) { return index.isUniform(); });
  TileValue result = isScalar ? loadScalar(memref, *indices) : loadTile(memref, *indices);
  if (op.getType().isInteger(1)) { // stored as bytes
    OpBuilder &builder = emitter.builder(result.inLoop);
    Value zero = arith::ConstantOp::create(builder, emitter.loc, builder.getZeroAttr(result.value.getType()));
    result.value = arith::CmpIOp::create(builder, emitter.loc, arith::CmpIPredicate::ne, result.value, zero);
  }
  bind(op, result);
  return success();
}
