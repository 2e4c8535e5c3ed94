// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds a program's batch entry or segment and its place there; gives regions their coordinates.
#include "lib/Conversion/AttnToTile/Domain.h"
#include "lib/Conversion/AttnToTile/HeadGroups.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

/// The cumulative lengths along an axis.
static Value cumulative(AttendOp attend, Axis axis) { return axis == Axis::Query ? attend.getCuQ() : attend.getCuK(); }

/// Counts of stored tokens along an axis of the plane.
static Value storedTokens(AttendOp attend, Axis axis) { return axis == Axis::Query ? attend.query(0) : attend.key(0); }

/// Segment s owns the programs from cu[s] floordiv tile + s on, which is enough for all its blocks. The tokens behind
/// the last segment are one more that has no pairs. Returns the number of the segment that owns program x.
static Value findSegment(IndexMath math, Value cu, Value x, int64_t tile) {
  Value zero = math.constant(0), one = math.constant(1);
  auto loop = scf::ForOp::create(math.builder, math.loc, one, math.extent(cu, 0), one, ValueRange{zero});
  {
    OpBuilder inner = OpBuilder::atBlockBegin(loop.getBody());
    IndexMath step{inner, math.loc};
    Value s = loop.getInductionVar();
    Value first = step.add(step.div(step.load(cu, s), tile), s);
    Value owned = step.compare(arith::CmpIPredicate::sle, first, x);
    scf::YieldOp::create(inner, math.loc, step.select(owned, s, loop.getRegionIterArg(0)));
  }
  return loop.getResult(0);
}

/// A length that is loaded. Those of the caller are checked before anything runs; what was computed is clamped.
static Value clampComputed(IndexMath math, Value tensor, Value length, Value low, Value high) {
  return isArgument(tensor) ? length : math.clamp(length, low, high);
}

/// First token and number of tokens of segment s of a tensor's `all`; none where s does not exist.
static std::pair<Value, Value> tokens(IndexMath math, Value tensor, Value cu, Value s, Value exists, Value all) {
  Value next = math.select(exists, math.add(s, 1), s);
  Value begin = clampComputed(math, tensor, math.load(cu, s), math.constant(0), all);
  Value end = clampComputed(math, tensor, math.load(cu, next), begin, all);
  return {begin, math.sub(end, begin)};
}

static void locatePacked(KernelBuilder &kernel, AttendOp attend, Axis axis, int64_t tile, Value block,
                         Segment &segment) {
  IndexMath math{kernel.body, kernel.loc};
  Value cuQ = kernel.tensor(attend.getCuQ()), cuK = kernel.tensor(attend.getCuK());
  Value own = axis == Axis::Query ? cuQ : cuK;
  Value s = findSegment(math, own, block, tile);
  Value segments = math.sub(math.extent(own, 0), math.constant(1));
  Value exists = math.less(s, segments);
  Value allQueries = math.extent(kernel.tensor(attend.query(0)), 2);
  Value allKeys = math.extent(kernel.tensor(attend.key(0)), 2);
  std::tie(segment.queryStart, segment.queries) = tokens(math, attend.getCuQ(), cuQ, s, exists, allQueries);
  std::tie(segment.keyStart, segment.keys) = tokens(math, attend.getCuK(), cuK, s, exists, allKeys);
  segment.batch = math.constant(0);
  segment.number = math.min(s, math.sub(segments, math.constant(1)));

  Value start = axis == Axis::Query ? segment.queryStart : segment.keyStart;
  Value count = axis == Axis::Query ? segment.queries : segment.keys;
  Value all = math.extent(kernel.tensor(storedTokens(attend, axis)), 2);
  segment.stored = math.select(exists, count, math.sub(all, start));
  segment.storesMore = true;
  Value before = math.add(math.div(start, tile), s);
  segment.first = math.mul(math.sub(block, before), tile);
  segment.present = math.less(segment.first, segment.stored);
}

Segment totile::locate(KernelBuilder &kernel, AttendOp attend, Axis axis, int64_t tile, Value block) {
  IndexMath math{kernel.body, kernel.loc};
  Segment segment;
  segment.head = kernel.y();
  segment.heads = math.extent(kernel.tensor(attend.query(0)), 1);
  if (attend.isPacked()) {
    locatePacked(kernel, attend, axis, tile, block, segment);
  } else {
    segment.batch = segment.number = kernel.z();
    segment.queryStart = segment.keyStart = math.constant(0);
    segment.queries = math.extent(kernel.tensor(attend.query(0)), 2);
    segment.keys = math.extent(kernel.tensor(attend.key(0)), 2);
    segment.stored = axis == Axis::Query ? segment.queries : segment.keys;
    if (attend.hasLengths()) {
      auto length = [&](Value tensor, Value all) {
        Value loaded = math.load(kernel.tensor(tensor), segment.batch);
        return clampComputed(math, tensor, loaded, math.constant(0), all);
      };
      segment.queries = length(attend.getLenQ(), segment.queries);
      segment.keys = length(attend.getLenK(), segment.keys);
      segment.storesMore = true;
    }
    segment.first = math.mul(block, tile);
  }
  segment.shift =
      attend.alignment() == Align::BottomRight ? math.sub(segment.keys, segment.queries) : math.constant(0);
  return segment;
}

Value totile::countBlocks(IndexMath math, AttendOp attend, Axis axis, int64_t tile,
                          llvm::function_ref<Value(Value)> argument) {
  Value blocks = math.ceilDiv(math.extent(argument(storedTokens(attend, axis)), 2), tile);
  return attend.isPacked() ? math.add(blocks, math.extent(argument(cumulative(attend, axis)), 0)) : blocks;
}

void totile::setSegmentGrid(KernelBuilder &kernel, AttendOp attend, Axis axis, int64_t tile,
                            llvm::function_ref<Value(IndexMath, Value)> copies) {
  IndexMath math = kernel.gridMath();
  Value query = kernel.gridTensor(attend.query(0));
  Value blocks = countBlocks(math, attend, axis, tile, [&](Value tensor) { return kernel.gridTensor(tensor); });
  Value batch = attend.isPacked() ? math.constant(1) : math.extent(query, 0);
  kernel.setGrid(copies ? copies(math, blocks) : blocks, math.extent(query, 1), batch);
}

OpBuilder totile::bodyIfPresent(KernelBuilder &kernel, const Segment &segment) {
  OpBuilder builder = kernel.body;
  if (segment.present) {
    auto branch = scf::IfOp::create(kernel.body, kernel.loc, segment.present, /*withElseRegion=*/false);
    builder.setInsertionPointToStart(branch.thenBlock());
  }
  return builder;
}

PairCoordinates totile::segmentCoordinates(const Segment &segment) {
  PairCoordinates at;
  at.b = uniform(segment.number);
  at.h = uniform(segment.head);
  at.heads = uniform(segment.heads);
  at.queryExtent = uniform(segment.queries);
  at.keyExtent = uniform(segment.keys);
  return at;
}

static bool isZero(Value value) { return matchPattern(value, m_Zero()); }

void totile::setRows(TileEmitter &emitter, const Segment &segment, Align align, Value first, bool inLoop) {
  IndexMath math{emitter.builder(inLoop), emitter.loc};
  int64_t multiple = emitter.sizes.rows;
  bool isShifted = align == Align::BottomRight;
  if (segment.group) {
    auto perRowIndex = [&](Value tile) { return TileValue{tile, true, false, inLoop, {}, 1, /*isIndex=*/true}; };
    RowPlaces places = rowPlaces(emitter, segment, first, inLoop);
    emitter.at.h = perRowIndex(places.heads);
    emitter.at.queryIndex = emitter.at.i = perRowIndex(places.queries);
    if (isShifted) {
      Value shift = emitter.asTile(uniform(segment.shift), true, false, inLoop);
      emitter.at.i.value = arith::AddIOp::create(emitter.builder(inLoop), emitter.loc, places.queries, shift);
    }
    return;
  }
  emitter.at.i = emitter.positions(math.add(first, segment.shift), true, inLoop, !isShifted, multiple);
  bool isPacked = !isZero(segment.queryStart);
  if (!isShifted && !isPacked)
    emitter.at.queryIndex = emitter.at.i;
  else
    emitter.at.queryIndex =
        emitter.positions(math.add(segment.queryStart, first), true, inLoop, true, isPacked ? 1 : multiple);
}

void totile::setColumns(TileEmitter &emitter, const Segment &segment, Value first, bool inLoop, bool nonNegative) {
  IndexMath math{emitter.builder(inLoop), emitter.loc};
  emitter.at.j = emitter.positions(first, false, inLoop, nonNegative, emitter.sizes.cols);
  emitter.at.keyIndex = isZero(segment.keyStart)
                            ? emitter.at.j
                            : emitter.positions(math.add(segment.keyStart, first), false, inLoop, nonNegative, 1);
}

Value totile::sharedHead(KernelBuilder &kernel, OpBuilder &at, const Segment &segment, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  IndexMath math{at, kernel.loc};
  if (type.getDimSize(1) == 1)
    return math.constant(0);
  return math.div(segment.head, math.div(segment.heads, math.extent(memref, 1)));
}
