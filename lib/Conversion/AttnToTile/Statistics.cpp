// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of the final weights along columns and diagonals: a second pass over the products, the plane is never stored.
#include "lib/Conversion/AttnToTile/Attend.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

namespace {

/// Emits final weights of blocks in a loop over blocks of rows.
class WeightsEmitter {
public:
  WeightsEmitter(PlaneEmitter &plane, const RowStatistics &statistics)
      : plane(plane), emitter(plane.emitter), statistics(statistics),
        rows(emitter, *Normalizer::get(plane.attend), plane.attend.getNormalizerCaptures(), plane.compute()) {}

  /// Loops over all blocks of rows: the sum of what `add` makes (a 1xW tile) of each block of weights that has pairs.
  /// `place` gives the first column of the block of rows that starts at a row.
  FailureOr<Value> sum(Type type, llvm::function_ref<Value(Value row)> place, llvm::function_ref<Value(Value)> add);

  /// Keys that serve every block of rows; empty: they are loaded for each.
  SmallVector<Value> commonKeys;

private:
  /// What is known of a block before its mask is evaluated.
  struct Visit {
    Value visible;
    Value partial;
  };
  FailureOr<Visit> classify(Value row, Value column);
  FailureOr<Value> weights(Value row, Value column, Value partial);
  Value loadRows(Value buffer, Value row);

  PlaneEmitter &plane;
  TileEmitter &emitter;
  const RowStatistics &statistics;
  RowMonoid rows;
};
} // namespace

/// From the ranges of keys that the rows need, where they have a closed form; else from the class of the block.
FailureOr<WeightsEmitter::Visit> WeightsEmitter::classify(Value row, Value column) {
  IndexMath math{emitter.inside, emitter.loc};
  const Segment &segment = plane.segment;
  Value end = math.add(column, emitter.sizes.cols), zero = math.constant(0);
  Visit block;
  block.visible = math.both(math.less(column, segment.keys), math.less(zero, end));
  Value yes = arith::ConstantOp::create(emitter.inside, emitter.loc, emitter.inside.getBoolAttr(true));
  block.partial = yes;
  using Predicate = arith::CmpIPredicate;
  Value rowsExist = math.compare(Predicate::sle, math.add(row, emitter.sizes.rows), segment.queries);
  if (!plane.mask.hasRanges()) {
    FailureOr<BlockClass> known = emitBlockClass(emitter, segment, plane.attend, row, column);
    if (failed(known))
      return failure();
    block.visible = math.both(block.visible, known->maybe);
    block.partial = arith::XOrIOp::create(emitter.inside, emitter.loc, math.both(known->all, rowsExist), yes);
    return block;
  }
  FailureOr<SmallVector<KeyRange>> ranges = emitKeyRanges(emitter, segment, plane.mask, row, true);
  if (failed(ranges))
    return failure();
  Value meets, isFull;
  auto any = [&](Value &all, Value next) { all = all ? math.either(all, next) : next; };
  for (const KeyRange &range : *ranges) {
    Value begin = math.max(range.begin, column), last = math.min(range.end, end);
    any(meets, math.less(begin, last));
    if (!range.partial)
      any(isFull,
          math.both(math.compare(Predicate::sle, range.begin, column), math.compare(Predicate::sle, end, range.end)));
  }
  if (meets)
    block.visible = math.both(block.visible, meets);
  if (isFull)
    block.partial = arith::XOrIOp::create(emitter.inside, emitter.loc, math.both(isFull, rowsExist), yes);
  return block;
}

Value WeightsEmitter::loadRows(Value buffer, Value row) {
  IndexMath math{emitter.inside, emitter.loc};
  const Segment &segment = plane.segment;
  Value offsets[] = {segment.batch, segment.head, math.add(segment.queryStart, row)};
  return tile::LoadOp::create(emitter.inside, emitter.loc, emitter.tileType(plane.compute(), true, false),
                              plane.kernel.argument(buffer), offsets, ArrayRef<int64_t>{2, -1});
}

FailureOr<Value> WeightsEmitter::weights(Value row, Value column, Value partial) {
  OpBuilder &builder = emitter.inside;
  Location loc = emitter.loc;
  SmallVector<Value> queries = plane.loadQueries(row, true);
  SmallVector<Value> keys =
      commonKeys.empty() ? plane.loadKeys(column, true, /*gather=*/plane.boundFirstColumn) : commonKeys;
  FailureOr<Value> score = plane.scores(queries, keys);
  if (failed(score))
    return failure();
  RemovePairs remove = plane.remover(partial);
  if (rows.contract().absorbing())
    score = remove(*score, plane.lowest(builder));
  if (failed(score))
    return failure();
  Value reference = statistics.reference ? loadRows(statistics.reference, row) : Value();
  FailureOr<Value> weight = rows.weigh(*score, reference, remove);
  if (succeeded(weight))
    weight = plane.gated(*weight, remove);
  if (failed(weight))
    return failure();
  if (statistics.scale) {
    Value scale = tile::BroadcastOp::create(builder, loc, weight->getType(), loadRows(statistics.scale, row));
    *weight = arith::MulFOp::create(builder, loc, *weight, scale);
  }
  // What lies beyond the rows of a segment belongs to another one, and may be anything.
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(weight->getType()));
  return remove(*weight, zero);
}

FailureOr<Value> WeightsEmitter::sum(Type type, llvm::function_ref<Value(Value row)> place,
                                     llvm::function_ref<Value(Value)> add) {
  Location loc = emitter.loc;
  IndexMath before{emitter.outside, loc};
  Value none = arith::ConstantOp::create(emitter.outside, loc, emitter.outside.getZeroAttr(type));
  Value blocks = before.ceilDiv(plane.segment.queries, emitter.sizes.rows);
  auto loop =
      scf::ForOp::create(emitter.outside, loc, before.constant(0), blocks, before.constant(1), ValueRange{none});
  emitter.enter(loop);
  IndexMath inside{emitter.inside, loc};
  Value row = inside.mul(loop.getInductionVar(), emitter.sizes.rows), column = place(row);
  FailureOr<Visit> block = classify(row, column);
  if (failed(block))
    return failure();
  auto branch = scf::IfOp::create(emitter.inside, loc, TypeRange(type), block->visible, /*withElseRegion=*/true);
  scf::YieldOp::create(emitter.inside, loc, branch.getResults());
  Value carried = loop.getRegionIterArg(0);
  emitter.inside.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(emitter.inside, loc, carried);
  emitter.inside.setInsertionPointToEnd(branch.thenBlock());
  setRows(emitter, plane.segment, plane.attend.alignment(), row, true);
  FailureOr<Value> weight = weights(row, column, block->partial);
  if (failed(weight))
    return failure();
  Value total = arith::AddFOp::create(emitter.inside, loc, carried, add(*weight));
  scf::YieldOp::create(emitter.inside, loc, total);
  emitter.leave(loop);
  return loop.getResult(0);
}

//===-- columns -------------------------------------------------------------------------------------------------===//

LogicalResult totile::emitColumnSums(EntryBuilder &entry, AttendOp attend, TileSizes sizes,
                                     const RowStatistics &statistics, Value result) {
  KernelBuilder kernel(entry, "column_sums", attend.getLoc());
  setSegmentGrid(kernel, attend, Axis::Key, sizes.cols);
  Segment segment = locate(kernel, attend, Axis::Key, sizes.cols, kernel.x());
  OpBuilder builder = bodyIfPresent(kernel, segment);
  TileEmitter emitter(builder, kernel.loc, sizes, [&](Value tensor) { return kernel.tensor(tensor); });
  emitter.at = segmentCoordinates(segment);
  setColumns(emitter, segment, segment.first, false);
  PlaneEmitter plane(kernel, emitter, attend, segment);
  plane.boundRows = true;
  WeightsEmitter weights(plane, statistics);
  weights.commonKeys = plane.loadKeys(segment.first, false);
  FailureOr<Value> sums = weights.sum(
      emitter.tileType(plane.compute(), false, true), [&](Value) { return segment.first; },
      [&](Value weight) -> Value {
        return tile::ReduceOp::create(emitter.inside, kernel.loc, tile::CombineKind::add, weight, 0);
      });
  if (failed(sums))
    return failure();
  IndexMath math{emitter.outside, kernel.loc};
  Value offsets[] = {segment.batch, segment.head, math.add(segment.keyStart, segment.first)};
  SmallVector<Value> bounds;
  if (attend.isPacked())
    bounds.push_back(math.add(segment.keyStart, segment.stored));
  tile::StoreOp::create(emitter.outside, kernel.loc, *sums, kernel.tensor(result), offsets, ArrayRef<int64_t>{-1, 2},
                        bounds);
  kernel.finish();
  return success();
}

//===-- diagonals -----------------------------------------------------------------------------------------------===//

/// A program owns a band of diagonals. In each block of rows it takes the columns that hold the whole band, so that no
/// two programs add to the same diagonal and the order is fixed.
LogicalResult totile::emitDiagonalSums(EntryBuilder &entry, AttendOp attend, TileSizes sizes,
                                       const RowStatistics &statistics, Value result) {
  Location loc = attend.getLoc();
  // A divisor of the rows, so that a block still lies in one row of a block table.
  int64_t whole = sizes.rows;
  for (sizes.rows = std::min(whole, (sizes.cols + 1) / 2); whole % sizes.rows != 0;)
    --sizes.rows;
  int64_t band = sizes.cols - sizes.rows + 1;
  KernelBuilder kernel(entry, "diagonal_sums", loc);
  IndexMath grid = kernel.gridMath();
  Value query = kernel.gridTensor(attend.query(0));
  kernel.setGrid(grid.ceilDiv(grid.extent(kernel.gridTensor(result), 2), band), grid.extent(query, 1),
                 grid.extent(query, 0));

  IndexMath math{kernel.body, loc};
  Segment segment = locate(kernel, attend, Axis::Query, sizes.rows, math.constant(0));
  Value rows = math.extent(kernel.tensor(attend.query(0)), 2);
  Value place = math.mul(kernel.x(), band);
  Value diagonal = math.sub(place, math.sub(rows, math.constant(1)));
  TileEmitter emitter(kernel.body, loc, sizes, [&](Value tensor) { return kernel.tensor(tensor); });
  emitter.at = segmentCoordinates(segment);
  PlaneEmitter plane(kernel, emitter, attend, segment);
  plane.boundRows = plane.boundFirstColumn = true;
  WeightsEmitter weights(plane, statistics);
  auto type = RankedTensorType::get({1, band}, plane.compute());
  auto firstColumn = [&](Value row) {
    Value column = IndexMath{emitter.inside, loc}.add(row, diagonal);
    setColumns(emitter, segment, column, true, /*nonNegative=*/false);
    return column;
  };
  auto along = [&](Value weight) -> Value {
    OpBuilder &builder = emitter.inside;
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(plane.compute()));
    auto sheared = RankedTensorType::get({sizes.rows, sizes.cols + sizes.rows - 1}, plane.compute());
    Value diagonals = tile::ShearOp::create(builder, loc, sheared, weight, zero, UnitAttr());
    SmallVector<OpFoldResult> offsets = {builder.getIndexAttr(0), builder.getIndexAttr(sizes.rows - 1)};
    SmallVector<OpFoldResult> extents = {builder.getIndexAttr(sizes.rows), builder.getIndexAttr(band)};
    SmallVector<OpFoldResult> strides(2, builder.getIndexAttr(1));
    Value whole = tensor::ExtractSliceOp::create(builder, loc, diagonals, offsets, extents, strides);
    return tile::ReduceOp::create(builder, loc, tile::CombineKind::add, whole, 0);
  };
  FailureOr<Value> sums = weights.sum(type, firstColumn, along);
  if (failed(sums))
    return failure();
  Value offsets[] = {segment.batch, segment.head, place};
  tile::StoreOp::create(emitter.outside, loc, *sums, kernel.tensor(result), offsets, ArrayRef<int64_t>{-1, 2});
  kernel.body.setInsertionPointToEnd(&kernel.kernel.getBody().front());
  kernel.finish();
  return success();
}
