// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel of an attend over blocks of rows: one online pass over blocks of keys, or over parts of such passes.
#include "lib/Conversion/AttnToTile/RowsKernel.h"
#include "lib/Conversion/AttnToTile/HeadGroups.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

SmallVector<Value> Carried::flat() const {
  SmallVector<Value> values;
  if (accumulator)
    values.push_back(accumulator);
  values.append(state.flat());
  if (rowMax)
    values.push_back(rowMax);
  return values;
}

Carried Carried::like(ValueRange flat) const {
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

static StringRef stageName(RowsStage stage) {
  return stage == RowsStage::whole ? "attend" : stage == RowsStage::part ? "attend_part" : "attend_merge";
}

RowsKernel::RowsKernel(EntryBuilder &entry, AttendOp attend, RowsStage stage, const RowsPlan &plan)
    : attend(attend), kernel(entry, stageName(stage), attend.getLoc()), normalizer(*Normalizer::get(attend)),
      stage(stage), plan(plan) {
  if (int64_t cols = plan.sizes.valueCols * plan.sizes.passes)
    sliced = llvm::divideCeil(cast<RankedTensorType>(attend.getValues().getType()).getDimSize(3), cols);
}

/// Sets the grid and the segment. Parts of a block of rows are programs of their own.
RowsKernel::Program RowsKernel::locateProgram(Segment &segment) {
  int64_t rows = plan.sizes.rows, split = plan.split.split;
  auto timesParts = [&](IndexMath math, Value blocks) {
    if (stage == RowsStage::part)
      blocks = math.mul(blocks, math.ceilDiv(math.extent(kernel.gridTensor(attend.key(0)), 2), split));
    return math.mul(blocks, sliced);
  };
  IndexMath math{kernel.body, kernel.loc};
  Value x = kernel.x();
  if (sliced > 1) { // those of the same rows run beside each other, and read the same keys
    slice = arith::RemUIOp::create(kernel.body, kernel.loc, x, math.constant(sliced));
    x = math.div(x, sliced);
  }
  if (stage != RowsStage::part) {
    setSegmentGrid(kernel, attend, Axis::Query, rows, timesParts);
    segment = locate(kernel, attend, Axis::Query, rows, x);
    return {x, {}};
  }
  Value blocks, group;
  if (plan.sharesRows) {
    setGroupGrid(kernel, attend, rows, timesParts);
    group = groupSize(kernel, attend);
    blocks = countGroupBlocks(kernel, attend, group, rows);
  } else {
    setSegmentGrid(kernel, attend, Axis::Query, rows, timesParts);
    blocks = countBlocks(math, attend, Axis::Query, rows, [&](Value tensor) { return kernel.tensor(tensor); });
  }
  Value part = math.div(x, blocks);
  Value block = math.sub(x, math.mul(part, blocks));
  segment = locate(kernel, attend, Axis::Query, rows, block);
  if (group)
    shareRows(kernel, group, segment);
  return {block, part};
}

OpBuilder RowsKernel::overPasses(OpBuilder builder) {
  if (plan.sizes.passes == 1)
    return builder;
  IndexMath before{builder, kernel.loc};
  auto loop = scf::ForOp::create(builder, kernel.loc, before.constant(0), before.constant(plan.sizes.passes),
                                 before.constant(1));
  OpBuilder inside(loop.getBody()->getTerminator());
  IndexMath math{inside, kernel.loc};
  Value pass = loop.getInductionVar();
  slice = slice ? math.add(math.mul(slice, plan.sizes.passes), pass) : pass;
  return inside;
}

LogicalResult RowsKernel::emit() {
  Segment segment;
  Program program = locateProgram(segment);
  OpBuilder builder = overPasses(bodyIfPresent(kernel, segment));
  if (failed(emitProgram(builder, segment, program)))
    return failure();
  kernel.finish();
  return success();
}

LogicalResult RowsKernel::emitProgram(OpBuilder &builder, const Segment &segment, Program program) {
  TileEmitter emitter(builder, kernel.loc, plan.sizes, [&](Value tensor) { return kernel.tensor(tensor); });
  emitter.at = segmentCoordinates(segment);
  setRows(emitter, segment, attend.alignment(), segment.first, false);
  PlaneEmitter plane(kernel, emitter, attend, segment);
  RowMonoid rows(emitter, normalizer, attend.getNormalizerCaptures(), plane.compute());
  FailureOr<Carried> first = initial(plane, rows);
  if (failed(first))
    return failure();
  FailureOr<Carried> last =
      stage == RowsStage::merge ? overParts(plane, rows, *first) : overBlocks(plane, rows, *first, program);
  if (failed(last))
    return failure();
  if (stage == RowsStage::part) {
    storePart(plane, *last, program.part);
    return success();
  }
  return failed(storeResults(plane, rows, *last)) ? failure() : storeStatistics(plane, rows, *last);
}

FailureOr<Carried> RowsKernel::initial(PlaneEmitter &plane, RowMonoid &rows) {
  Carried carried;
  FailureOr<RowState> state = rows.empty();
  if (failed(state))
    return failure();
  carried.state = *state;
  OpBuilder &builder = plane.emitter.outside;
  if (wantsProduct(attend)) {
    int64_t all = cast<RankedTensorType>(attend.getValues().getType()).getDimSize(3), some = plan.sizes.valueCols;
    auto type = RankedTensorType::get({plan.sizes.rows, some ? some : all}, rows.type());
    carried.accumulator = arith::ConstantOp::create(builder, kernel.loc, builder.getZeroAttr(type));
  }
  if (wants(attend, AttendResult::RowMax))
    carried.rowMax = plane.lowest(builder, /*cols=*/false);
  return carried;
}

//===-- loops ---------------------------------------------------------------------------------------------------===//

FailureOr<Carried> RowsKernel::overBlocks(PlaneEmitter &plane, RowMonoid &rows, const Carried &first,
                                          Program program) {
  Location loc = kernel.loc;
  TileEmitter &emitter = plane.emitter;
  const Segment &segment = plane.segment;
  IndexMath before{emitter.outside, loc};
  Value keyLo, keyHi;
  if (program.part) {
    keyLo = before.mul(program.part, plan.split.split);
    keyHi = before.add(keyLo, plan.split.split);
  }
  FailureOr<BlockList> list =
      makeBlockList(kernel, emitter, segment, plane.mask, plan.lists, program.block, keyLo, keyHi);
  if (failed(list))
    return failure();
  plane.isListed = list->hidesTail;
  SmallVector<Value> queries = plane.loadQueries(segment.first, false);
  Value entries = tile::LengthOp::create(emitter.outside, loc, list->list).getEntries();
  auto loop = scf::ForOp::create(emitter.outside, loc, before.constant(0), entries, before.constant(1), first.flat());
  emitter.enter(loop);
  auto entry = tile::EntryOp::create(emitter.inside, loc, list->list, loop.getInductionVar());
  IndexMath inside{emitter.inside, loc};
  Value column = inside.mul(entry.getBlock(), plan.sizes.cols), partial = entry.getPartial();
  if (list->hidesTail)
    partial = inside.either(partial, inside.less(segment.keys, inside.add(column, plan.sizes.cols)));
  Value wanted; // a block belongs to the part that holds its first column
  if (program.part && list->holdsAll)
    wanted = inside.both(inside.compare(arith::CmpIPredicate::sle, keyLo, column), inside.less(column, keyHi));
  Carried old = first.like(loop.getRegionIterArgs());
  FailureOr<Carried> next = blockIf(wanted, plane, old, [&] {
    setColumns(emitter, segment, column, true);
    return block(plane, rows, queries, old, column, partial);
  });
  if (failed(next))
    return failure();
  scf::YieldOp::create(emitter.inside, loc, next->flat());
  emitter.leave(loop);
  return first.like(loop.getResults());
}

FailureOr<Carried> RowsKernel::blockIf(Value wanted, PlaneEmitter &plane, const Carried &old,
                                       llvm::function_ref<FailureOr<Carried>()> emitBlock) {
  if (!wanted)
    return emitBlock();
  OpBuilder &inside = plane.emitter.inside;
  SmallVector<Value> flat = old.flat();
  auto branch = scf::IfOp::create(inside, kernel.loc, ValueRange(flat).getTypes(), wanted, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(inside);
  inside.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(inside, kernel.loc, flat);
  inside.setInsertionPointToEnd(branch.thenBlock());
  FailureOr<Carried> next = emitBlock();
  if (failed(next))
    return failure();
  scf::YieldOp::create(inside, kernel.loc, next->flat());
  return old.like(branch.getResults());
}

/// A factor for each row of a wider tile; null: 1.
static Value scaleRows(OpBuilder &builder, Location loc, Value tile, Value factor) {
  if (!factor)
    return tile;
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
  SmallVector<Value> keys = plane.loadKeys(column, true);
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
    Value values = plane.loadValues(column, firstValue(builder));
    Value kept = scaleRows(builder, loc, old.accumulator, step->rescale);
    Type storage = cast<RankedTensorType>(values.getType()).getElementType();
    next.accumulator = tile::MmaOp::create(builder, loc, asStored(builder, loc, *weight, storage), values, kept,
                                           /*transA=*/false, /*transB=*/false);
  }
  return next;
}

/// What the loop carries, of the parts from one on: of one part, or of one row's parts, each a row of the tiles.
Carried RowsKernel::loadParts(PlaneEmitter &plane, const Carried &like, Value part, int64_t count) {
  OpBuilder &builder = plane.emitter.inside;
  Location loc = kernel.loc;
  IndexMath math{builder, loc};
  const Segment &segment = plane.segment;
  SmallVector<Value> loaded;
  for (auto [value, buffer] : llvm::zip_equal(like.flat(), plan.split.parts)) {
    SmallVector<Value> offsets = {segment.batch, segment.head, part, math.add(segment.queryStart, segment.first)};
    bool isWide = cast<MemRefType>(buffer.getType()).getRank() == 5;
    if (isWide)
      offsets.push_back(firstValue(builder));
    auto type = cast<RankedTensorType>(value.getType());
    if (count)
      type = RankedTensorType::get({count, type.getDimSize(1)}, type.getElementType());
    loaded.push_back(tile::LoadOp::create(builder, loc, type, kernel.argument(buffer), offsets,
                                          ArrayRef<int64_t>{count ? 2 : 3, isWide ? 4 : -1}));
  }
  return like.like(loaded);
}

/// The parts of a row from one on, as one.
FailureOr<Carried> RowsKernel::joinParts(PlaneEmitter &plane, scf::ForOp loop, const Carried &first, Value splits) {
  Location loc = kernel.loc;
  int64_t count = plan.mergedParts;
  Value part = loop.getInductionVar();
  TileEmitter emitter(OpBuilder(loop), loc, {count, plan.sizes.cols},
                      [&](Value tensor) { return kernel.tensor(tensor); });
  emitter.at = segmentCoordinates(plane.segment);
  IndexMath before{emitter.outside, loc};
  emitter.at.i = uniform(before.add(plane.segment.first, plane.segment.shift));
  emitter.at.queryIndex = uniform(before.add(plane.segment.queryStart, plane.segment.first));
  emitter.enter(loop);
  OpBuilder &builder = emitter.inside;
  Carried parts = loadParts(plane, first, part, count);
  // Behind the last part rows have seen nothing.
  Value end = emitter.asTile(uniform(splits), true, false);
  Value place = emitter.positions(part, /*alongRows=*/true, /*inLoop=*/true, true, count).value;
  Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, place, end);
  auto orNothing = [&](Value loaded, Value nothing) -> Value {
    nothing = tile::BroadcastOp::create(builder, loc, loaded.getType(), nothing);
    return arith::SelectOp::create(builder, loc, exists, loaded, nothing);
  };
  if (parts.state.reference)
    parts.state.reference = orNothing(parts.state.reference, first.state.reference);
  for (auto [sum, none] : llvm::zip_equal(parts.state.sums, first.state.sums))
    sum = orNothing(sum, none);
  RowMonoid rows(emitter, normalizer, attend.getNormalizerCaptures(), plane.compute());
  FailureOr<RowMonoid::JointParts> joint = rows.combineParts(parts.state);
  if (failed(joint))
    return failure();
  Carried all;
  all.state = joint->state;
  if (parts.accumulator) // where there is no part, 0 is loaded
    all.accumulator = tile::ReduceOp::create(builder, loc, tile::CombineKind::add,
                                             scaleRows(builder, loc, parts.accumulator, joint->factors), 0);
  if (parts.rowMax)
    all.rowMax = tile::ReduceOp::create(builder, loc, tile::CombineKind::max, orNothing(parts.rowMax, first.rowMax), 0);
  return all;
}

FailureOr<Carried> RowsKernel::join(PlaneEmitter &plane, RowMonoid &rows, const Carried &left, const Carried &right) {
  OpBuilder &builder = plane.emitter.inside;
  Location loc = kernel.loc;
  FailureOr<RowMonoid::Joint> joint = rows.combine(left.state, right.state, true);
  if (failed(joint))
    return failure();
  Carried next;
  next.state = joint->state;
  if (left.accumulator)
    next.accumulator = arith::AddFOp::create(builder, loc, scaleRows(builder, loc, left.accumulator, joint->left),
                                             scaleRows(builder, loc, right.accumulator, joint->right));
  if (left.rowMax)
    next.rowMax = arith::MaximumFOp::create(builder, loc, left.rowMax, right.rowMax);
  return next;
}

FailureOr<Carried> RowsKernel::overParts(PlaneEmitter &plane, RowMonoid &rows, const Carried &first) {
  Location loc = kernel.loc;
  TileEmitter &emitter = plane.emitter;
  IndexMath before{emitter.outside, loc};
  Value splits = before.extent(kernel.argument(plan.split.parts.front()), 2);
  Value step = before.constant(std::max<int64_t>(1, plan.mergedParts));
  auto loop = scf::ForOp::create(emitter.outside, loc, before.constant(0), splits, step, first.flat());
  emitter.enter(loop);
  FailureOr<Carried> part = plan.mergedParts ? joinParts(plane, loop, first, splits)
                                             : loadParts(plane, first, loop.getInductionVar(), /*count=*/0);
  FailureOr<Carried> all = failed(part) ? part : join(plane, rows, first.like(loop.getRegionIterArgs()), *part);
  if (failed(all))
    return failure();
  scf::YieldOp::create(emitter.inside, loc, all->flat());
  emitter.leave(loop);
  return first.like(loop.getResults());
}

LogicalResult totile::emitRowsKernel(EntryBuilder &entry, AttendOp attend, RowsStage stage, const RowsPlan &plan) {
  return RowsKernel(entry, attend, stage, plan).emit();
}
