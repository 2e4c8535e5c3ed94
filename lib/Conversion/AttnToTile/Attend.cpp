// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel of an attend over blocks of rows: one online pass over the listed blocks of keys.
#include "lib/Conversion/AttnToTile/Attend.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

namespace {

/// What the loop over blocks carries.
struct Carried {
  Value accumulator; // null: no product with the values is wanted
  RowState state;
  Value rowMax; // null: not requested

  SmallVector<Value> flat() const {
    SmallVector<Value> values;
    if (accumulator)
      values.push_back(accumulator);
    values.append(state.flat());
    if (rowMax)
      values.push_back(rowMax);
    return values;
  }
  Carried like(ValueRange flat) const {
    Carried other;
    if (accumulator) {
      other.accumulator = flat.front();
      flat = flat.drop_front();
    }
    size_t size = state.flat().size();
    other.state = RowState::from(flat.take_front(size), static_cast<bool>(state.reference));
    if (rowMax)
      other.rowMax = flat[size];
    return other;
  }
};

class RowsKernel {
public:
  RowsKernel(EntryBuilder &entry, AttendOp attend, TileSizes sizes)
      : attend(attend), kernel(entry, "attend", attend.getLoc()), normalizer(*Normalizer::get(attend)), sizes(sizes) {}

  LogicalResult emit();

private:
  bool wants(AttendResult result) { return llvm::is_contained(attend.requested(), result); }
  LogicalResult emitProgram(OpBuilder &builder, const Segment &segment);
  FailureOr<Carried> initial(TileEmitter &emitter, RowMonoid &rows);
  FailureOr<Carried> block(PlaneEmitter &plane, RowMonoid &rows, ValueRange queries, const Carried &old, Value column,
                           Value partial);
  LogicalResult store(PlaneEmitter &plane, RowMonoid &rows, const Carried &last);
  /// Stores an Mx1 or MxDv tile; rows beyond those that exist hold `neutral`.
  void storeRows(PlaneEmitter &plane, Value tile, Value neutral, Value tensor);

  AttendOp attend;
  KernelBuilder kernel;
  Normalizer normalizer;
  TileSizes sizes;
};
} // namespace

LogicalResult RowsKernel::emit() {
  setSegmentGrid(kernel, attend, Axis::Query, sizes.rows);
  Segment segment = locate(kernel, attend, Axis::Query, sizes.rows);
  OpBuilder builder = kernel.body;
  if (segment.present) {
    auto branch = scf::IfOp::create(kernel.body, kernel.loc, segment.present, /*withElseRegion=*/false);
    builder.setInsertionPointToStart(branch.thenBlock());
  }
  if (failed(emitProgram(builder, segment)))
    return failure();
  kernel.finish();
  return success();
}

LogicalResult RowsKernel::emitProgram(OpBuilder &builder, const Segment &segment) {
  Location loc = kernel.loc;
  TileEmitter emitter(builder, loc, sizes, [&](Value tensor) { return kernel.tensor(tensor); });
  emitter.at = segmentCoordinates(segment);
  setRows(emitter, segment, attend.alignment(), segment.first, false);
  PlaneEmitter plane(kernel, emitter, attend, segment);
  RowMonoid rows(emitter, normalizer, attend.getNormalizerCaptures(), plane.compute());

  FailureOr<BlockList> list = makeBlockList(kernel, emitter, segment, plane.mask);
  FailureOr<Carried> first = initial(emitter, rows);
  if (failed(list) || failed(first))
    return failure();
  SmallVector<Value> queries = plane.loadQueries(segment.first, false);
  IndexMath before{emitter.outside, loc};
  Value entries = tile::LengthOp::create(emitter.outside, loc, list->list).getEntries();
  auto loop = scf::ForOp::create(emitter.outside, loc, before.constant(0), entries, before.constant(1), first->flat());

  emitter.enter(loop);
  auto entry = tile::EntryOp::create(emitter.inside, loc, list->list, loop.getInductionVar());
  IndexMath inside{emitter.inside, loc};
  Value column = inside.mul(entry.getBlock(), sizes.cols), partial = entry.getPartial();
  if (list->hidesTail)
    partial = inside.either(partial, inside.less(segment.keys, inside.add(column, sizes.cols)));
  setColumns(emitter, segment, column, true);
  FailureOr<Carried> next =
      block(plane, rows, queries, first->like(loop.getRegionIterArgs()), column, partial);
  if (failed(next))
    return failure();
  scf::YieldOp::create(emitter.inside, loc, next->flat());
  emitter.leave(loop);
  return store(plane, rows, first->like(loop.getResults()));
}

FailureOr<Carried> RowsKernel::initial(TileEmitter &emitter, RowMonoid &rows) {
  Carried carried;
  FailureOr<RowState> state = rows.empty();
  if (failed(state))
    return failure();
  carried.state = *state;
  OpBuilder &builder = emitter.outside;
  if (wants(AttendResult::Output) || wants(AttendResult::Partial)) {
    int64_t width = cast<RankedTensorType>(attend.getValues().getType()).getDimSize(3);
    auto type = RankedTensorType::get({sizes.rows, width}, rows.type());
    carried.accumulator = arith::ConstantOp::create(builder, kernel.loc, builder.getZeroAttr(type));
  }
  if (wants(AttendResult::RowMax)) {
    auto type = cast<FloatType>(rows.type());
    APFloat lowest = APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true);
    carried.rowMax = arith::ConstantOp::create(builder, kernel.loc,
                                               DenseElementsAttr::get(emitter.tileType(type, true, false), lowest));
  }
  return carried;
}

/// A factor for each row of a wider tile.
static Value scaleRows(OpBuilder &builder, Location loc, Value tile, Value factor) {
  Value wide = tile::BroadcastOp::create(builder, loc, tile.getType(), factor);
  return arith::MulFOp::create(builder, loc, tile, wide);
}

/// The weights as the values are stored. CHANGES ROUNDING: 16-bit values are met by 16-bit weights.
static Value asStored(OpBuilder &builder, Location loc, Value weight, Type storage) {
  auto type = cast<RankedTensorType>(weight.getType());
  if (storage.getIntOrFloatBitWidth() >= type.getElementTypeBitWidth())
    return weight;
  return arith::TruncFOp::create(builder, loc, type.clone(storage), weight);
}

FailureOr<Carried> RowsKernel::block(PlaneEmitter &plane, RowMonoid &rows, ValueRange queries, const Carried &old,
                                     Value column, Value partial) {
  TileEmitter &emitter = plane.emitter;
  OpBuilder &builder = emitter.inside;
  Location loc = kernel.loc;
  Carried next;
  SmallVector<Value> keys = plane.loadKeys(column);
  FailureOr<Value> score = plane.scores(queries, keys);
  if (failed(score))
    return failure();
  RemovePairs remove = plane.remover(partial);
  FailureOr<Value> masked = *score;
  if (normalizer.absorbing() || old.rowMax)
    masked = remove(*score, plane.lowest(builder));
  if (failed(masked))
    return failure();
  FailureOr<RowMonoid::Step> step = rows.step(old.state, normalizer.absorbing() ? *masked : *score, remove);
  if (failed(step))
    return failure();
  next.state = step->next;
  if (old.rowMax) {
    Value own = tile::ReduceOp::create(builder, loc, tile::CombineKind::max, *masked, 1);
    next.rowMax = arith::MaximumFOp::create(builder, loc, old.rowMax, own);
  }
  if (old.accumulator) {
    FailureOr<Value> weight = plane.gated(step->weight, remove);
    if (failed(weight))
      return failure();
    Value values = plane.loadValues(column);
    Value kept = step->rescale ? scaleRows(builder, loc, old.accumulator, step->rescale) : old.accumulator;
    Type storage = cast<RankedTensorType>(values.getType()).getElementType();
    next.accumulator = tile::MmaOp::create(builder, loc, asStored(builder, loc, *weight, storage), values, kept,
                                           /*transA=*/false, /*transB=*/false);
  }
  return next;
}

//===-- results -------------------------------------------------------------------------------------------------===//

void RowsKernel::storeRows(PlaneEmitter &plane, Value tile, Value neutral, Value tensor) {
  TileEmitter &emitter = plane.emitter;
  OpBuilder &builder = emitter.outside;
  Location loc = kernel.loc;
  IndexMath math{builder, loc};
  const Segment &segment = plane.segment;
  auto type = cast<RankedTensorType>(tile.getType());
  bool isWide = cast<RankedTensorType>(tensor.getType()).getRank() == 4;
  if (segment.storesMore) {
    Value end = emitter.asTile(uniform(math.add(segment.queries, segment.shift)), true, false, false);
    Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, emitter.at.i.value, end);
    if (isWide)
      exists = tile::BroadcastOp::create(builder, loc, type.clone(builder.getI1Type()), exists);
    tile = arith::SelectOp::create(builder, loc, exists, tile, neutral);
  }
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  if (element != type.getElementType())
    tile = arith::TruncFOp::create(builder, loc, type.clone(element), tile);
  Value memref = kernel.tensor(tensor);
  SmallVector<Value> offsets = {segment.batch, segment.head, math.add(segment.queryStart, segment.first)}, bounds;
  if (isWide)
    offsets.push_back(math.constant(0));
  if (attend.isPacked()) {
    bounds.push_back(math.add(segment.queryStart, segment.stored));
    if (isWide)
      bounds.push_back(math.extent(memref, 3));
  }
  tile::StoreOp::create(builder, loc, tile, memref, offsets, ArrayRef<int64_t>{2, isWide ? 3 : -1}, bounds);
}

LogicalResult RowsKernel::store(PlaneEmitter &plane, RowMonoid &rows, const Carried &last) {
  TileEmitter &emitter = plane.emitter;
  OpBuilder &builder = emitter.outside;
  Location loc = kernel.loc;
  auto zero = [&](Value like) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(like.getType()));
  };
  unsigned number = 0;
  for (AttendResult request : attend.requested()) {
    Value result = attend.getResult(number++);
    switch (request) {
    case AttendResult::Output: {
      FailureOr<Value> scale = rows.finalize(last.state);
      if (failed(scale))
        return failure();
      Value output = *scale ? scaleRows(builder, loc, last.accumulator, *scale) : last.accumulator;
      storeRows(plane, output, zero(output), result);
      break;
    }
    case AttendResult::Lse: {
      FailureOr<Value> lse =
          rows.lse(last.state, {attend.getLseBase() == LseBase::Two, attend.getSinkIncluded().value_or(false)});
      if (failed(lse))
        return failure();
      storeRows(plane, *lse, plane.lowest(builder, false), result);
      break;
    }
    case AttendResult::RowMax:
      storeRows(plane, last.rowMax, plane.lowest(builder, false), result);
      break;
    case AttendResult::Partial: {
      storeRows(plane, last.accumulator, zero(last.accumulator), result);
      FailureOr<RowState> none = rows.empty();
      if (failed(none))
        return failure();
      for (auto [value, neutral] : llvm::zip_equal(last.state.flat(), none->flat()))
        storeRows(plane, value, neutral, attend.getResult(number++));
      break;
    }
    case AttendResult::ColumnSum:
    case AttendResult::DiagonalSum:
      break; // kernels of their own
    }
  }
  return success();
}

LogicalResult totile::emitRowsKernel(EntryBuilder &entry, AttendOp attend, TileSizes sizes) {
  return RowsKernel(entry, attend, sizes).emit();
}
