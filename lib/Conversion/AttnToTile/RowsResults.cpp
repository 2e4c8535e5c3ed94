// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the kernel over blocks of rows stores: results, parts, and what statistics of the weights need.
#include "lib/Conversion/AttnToTile/HeadGroups.h"
#include "lib/Conversion/AttnToTile/RowsKernel.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

static Value zeroLike(OpBuilder &builder, Location loc, Value tile) {
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(tile.getType()));
}

OpBuilder RowsKernel::storing(OpBuilder &builder, bool isWide) {
  if (isWide || !slice)
    return builder;
  IndexMath math{builder, kernel.loc};
  Value isFirst = math.compare(arith::CmpIPredicate::eq, slice, math.constant(0));
  return scf::IfOp::create(builder, kernel.loc, isFirst, /*withElseRegion=*/false).getThenBodyBuilder();
}

Value RowsKernel::firstValue(OpBuilder &builder) {
  IndexMath math{builder, kernel.loc};
  return slice ? math.mul(slice, plan.sizes.valueCols) : math.constant(0);
}

void RowsKernel::storeRows(PlaneEmitter &plane, Value tile, Value neutral, Value buffer) {
  TileEmitter &emitter = plane.emitter;
  OpBuilder &builder = emitter.outside;
  Location loc = kernel.loc;
  IndexMath math{builder, loc};
  const Segment &segment = plane.segment;
  auto type = cast<RankedTensorType>(tile.getType());
  auto stored = cast<MemRefType>(buffer.getType());
  bool isWide = stored.getRank() == 4;
  if (segment.storesMore) {
    Value end = emitter.asTile(uniform(math.add(segment.queries, segment.shift)), true, false, false);
    Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, emitter.at.i.value, end);
    if (isWide)
      exists = tile::BroadcastOp::create(builder, loc, type.clone(builder.getI1Type()), exists);
    tile = arith::SelectOp::create(builder, loc, exists, tile, neutral);
  }
  if (stored.getElementType() != type.getElementType())
    tile = arith::TruncFOp::create(builder, loc, type.clone(stored.getElementType()), tile);
  Value memref = kernel.argument(buffer);
  SmallVector<Value> offsets = {segment.batch, segment.head, math.add(segment.queryStart, segment.first)}, bounds;
  if (isWide)
    offsets.push_back(firstValue(builder));
  if (attend.isPacked()) {
    bounds.push_back(math.add(segment.queryStart, segment.stored));
    if (isWide)
      bounds.push_back(math.extent(memref, 3));
  }
  OpBuilder place = storing(builder, isWide);
  tile::StoreOp::create(place, loc, tile, memref, offsets, ArrayRef<int64_t>{2, isWide ? 3 : -1}, bounds);
}

LogicalResult RowsKernel::storeResults(PlaneEmitter &plane, RowMonoid &rows, const Carried &last) {
  OpBuilder &builder = plane.emitter.outside;
  Location loc = kernel.loc;
  unsigned number = 0;
  auto nextBuffer = [&] { return kernel.entry.buffer(attend.getResult(number++)); };
  for (AttendResult request : attend.requested()) {
    switch (request) {
    case AttendResult::Output: {
      FailureOr<Value> scale = rows.finalize(last.state);
      if (failed(scale))
        return failure();
      Value output = last.accumulator;
      if (*scale) {
        Value wide = tile::BroadcastOp::create(builder, loc, output.getType(), *scale);
        output = arith::MulFOp::create(builder, loc, output, wide);
      }
      storeRows(plane, output, zeroLike(builder, loc, output), nextBuffer());
      break;
    }
    case AttendResult::Lse: {
      LseForm form{attend.getLseBase() == LseBase::Two, attend.getSinkIncluded().value_or(false)};
      FailureOr<Value> lse = rows.lse(last.state, form);
      FailureOr<RowState> none = rows.empty();
      FailureOr<Value> neutral = failed(none) ? FailureOr<Value>(failure()) : rows.lse(*none, form);
      if (failed(lse) || failed(neutral))
        return failure();
      storeRows(plane, *lse, *neutral, nextBuffer());
      break;
    }
    case AttendResult::RowMax:
      storeRows(plane, last.rowMax, plane.lowest(builder, false), nextBuffer());
      break;
    case AttendResult::Partial: {
      storeRows(plane, last.accumulator, zeroLike(builder, loc, last.accumulator), nextBuffer());
      FailureOr<RowState> none = rows.empty();
      if (failed(none))
        return failure();
      for (auto [value, neutral] : llvm::zip_equal(last.state.flat(), none->flat()))
        storeRows(plane, value, neutral, nextBuffer());
      break;
    }
    case AttendResult::ColumnSum:
    case AttendResult::DiagonalSum:
      ++number; // kernels of their own
      break;
    }
  }
  return success();
}

LogicalResult RowsKernel::storeStatistics(PlaneEmitter &plane, RowMonoid &rows, const Carried &last) {
  OpBuilder &builder = plane.emitter.outside;
  if (plan.statistics.reference)
    storeRows(plane, last.state.reference, zeroLike(builder, kernel.loc, last.state.reference),
              plan.statistics.reference);
  if (plan.statistics.scale) {
    FailureOr<Value> scale = rows.finalize(last.state);
    if (failed(scale))
      return failure();
    storeRows(plane, *scale, zeroLike(builder, kernel.loc, *scale), plan.statistics.scale);
  }
  return success();
}

void RowsKernel::storePart(PlaneEmitter &plane, const Carried &last, Value part) {
  OpBuilder &builder = plane.emitter.outside;
  IndexMath math{builder, kernel.loc};
  const Segment &segment = plane.segment;
  for (auto [tile, buffer] : llvm::zip_equal(last.flat(), plan.split.parts)) {
    Value memref = kernel.argument(buffer);
    bool isWide = cast<MemRefType>(buffer.getType()).getRank() == 5;
    SmallVector<Value> offsets = {segment.batch, segment.head, part, math.add(segment.queryStart, segment.first)};
    SmallVector<Value> bounds;
    if (isWide)
      offsets.push_back(firstValue(builder));
    if (attend.isPacked()) {
      bounds.push_back(math.add(segment.queryStart, segment.stored));
      if (isWide)
        bounds.push_back(math.extent(memref, 4));
    }
    if (segment.group) {
      RowPlaces rows = rowPlaces(plane.emitter, segment, segment.first, false);
      offsets[1] = offsets[3] = math.constant(0);
      OpBuilder place = storing(builder, isWide);
      tile::StoreOp::create(place, kernel.loc, tile, memref, offsets, ValueRange(),
                            ValueRange{rows.heads, rows.queries}, Value(),
                            builder.getDenseI64ArrayAttr({-1, isWide ? 4 : -1}),
                            builder.getDenseI64ArrayAttr({1, 3}), /*epilogue=*/tile::EpilogueAttr());
      continue;
    }
    OpBuilder place = storing(builder, isWide);
    tile::StoreOp::create(place, kernel.loc, tile, memref, offsets, ArrayRef<int64_t>{3, isWide ? 4 : -1}, bounds);
  }
}
