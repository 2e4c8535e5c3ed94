// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns key ranges in closed form, or a block table in memory, into the block list of a program.
#include "lib/Conversion/AttnToTile/Lists.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

PlaneMask PlaneMask::of(AttendOp attend) {
  PlaneMask mask;
  if (attend.getMask()) {
    mask.op = attend.getMask().getDefiningOp<MaskOpInterface>();
    mask.op.collectCaptures(mask.captures);
  }
  return mask;
}

//===-- ranges of keys ------------------------------------------------------------------------------------------===//

FailureOr<SmallVector<KeyRange>> totile::emitKeyRanges(TileEmitter &emitter, const Segment &segment, PlaneMask &mask,
                                                       Value first, bool inLoop) {
  IndexMath math{emitter.builder(inLoop), emitter.loc};
  SmallVector<KeyRange> ranges;
  if (!mask.op) {
    ranges.push_back({math.constant(0), segment.keys, false});
    return ranges;
  }
  Value end = math.add(first, emitter.sizes.rows);
  if (segment.group) { // from rows of all heads to queries
    end = math.div(math.sub(math.add(end, segment.group), math.constant(1)), segment.group);
    first = math.div(first, segment.group);
  }
  end = math.min(end, segment.queries);
  SmallVector<TileValue> rows = {uniform(math.add(first, segment.shift), inLoop),
                                 uniform(math.add(end, segment.shift), inLoop)};
  bool hasClosedForm = true;
  FailureOr<SmallVector<TileValue>> ends =
      emitter.convert(mask.captures, rows, [&](OpBuilder &builder, ArrayRef<Value> in, const MaskCoordinates &at) {
        RangeQuery query{at.b, at.h, in[0], in[1], at.queryExtent, at.keyExtent, at.heads, at.captures};
        hasClosedForm = succeeded(mask.op.emitRanges(builder, emitter.loc, query, ranges));
        SmallVector<Value> scalars;
        if (hasClosedForm)
          for (const KeyRange &range : ranges)
            scalars.append({range.begin, range.end});
        return scalars;
      });
  if (failed(ends))
    return failure();
  if (!hasClosedForm)
    return emitError(emitter.loc) << "expects ranges from a mask that says it has them";
  for (auto [number, range] : llvm::enumerate(ranges)) {
    range.begin = (*ends)[2 * number].value;
    range.end = (*ends)[2 * number + 1].value;
  }
  return ranges;
}

//===-- ranges to blocks ----------------------------------------------------------------------------------------===//

namespace {
/// Disjoint segments of blocks, in ascending order.
struct BlockSegments {
  IndexMath math;
  int64_t cols;
  SmallVector<Value> lower, upper;
  SmallVector<bool> partial;
  /// The first block that no segment holds yet.
  Value next;

  void add(Value lo, Value hi, bool isPartial) {
    if (lo == hi)
      return;
    lower.push_back(lo);
    upper.push_back(hi);
    partial.push_back(isPartial);
  }

  /// Ranges that follow each other without a gap. A block is full only where it lies wholly inside a full range; what
  /// straddles two of them is partial.
  void addChain(ArrayRef<KeyRange> chain) {
    Value begin = chain.front().begin, end = chain.back().end;
    Value lo = math.max(next, math.div(begin, cols));
    Value hi = math.max(lo, math.ceilDiv(end, cols));
    bool startsAtZero = matchPattern(begin, m_Zero());
    if (!startsAtZero) // an empty chain lists nothing
      hi = math.select(math.less(begin, end), hi, lo);
    Value place = lo;
    for (const KeyRange &range : chain) {
      if (range.partial)
        continue;
      bool isFirst = place == lo && startsAtZero && range.begin == begin;
      Value fullBegin = isFirst ? lo : math.clamp(math.ceilDiv(range.begin, cols), place, hi);
      Value fullEnd = math.clamp(math.div(range.end, cols), fullBegin, hi);
      add(place, fullBegin, true);
      add(fullBegin, fullEnd, false);
      place = fullEnd;
    }
    add(place, hi, true);
    next = hi;
  }
};
} // namespace

static Value listOfRanges(IndexMath math, ArrayRef<KeyRange> ranges, int64_t cols) {
  BlockSegments segments{math, cols, {}, {}, {}, math.constant(0)};
  while (!ranges.empty()) {
    size_t length = 1;
    while (length < ranges.size() && ranges[length].begin == ranges[length - 1].end)
      ++length;
    segments.addChain(ranges.take_front(length));
    ranges = ranges.drop_front(length);
  }
  return tile::ListOp::create(math.builder, math.loc, segments.lower, segments.upper, segments.partial);
}

//===-- tables --------------------------------------------------------------------------------------------------===//

/// The row of a block table that holds a program's rows.
static Value listOfTable(KernelBuilder &kernel, TileEmitter &emitter, const Segment &segment,
                         const BlockTable &table) {
  IndexMath math{emitter.outside, emitter.loc};
  Value counts = kernel.tensor(table.counts), indices = kernel.tensor(table.indices);
  auto shape = cast<MemRefType>(counts.getType()).getShape();
  Value zero = math.constant(0);
  Value batch = shape[0] == 1 ? zero : segment.batch;
  Value head = zero;
  if (shape[1] != 1)
    head = math.div(segment.head, math.div(segment.heads, math.extent(counts, 1)));
  Value row = math.div(segment.first, table.rows);
  auto type = tile::ListType::get(math.builder.getContext(), tile::ListKind::rows);
  return tile::ListRowsOp::create(math.builder, math.loc, type, counts, indices, Value(),
                                  ValueRange{batch, head, row});
}

/// The row of the written lists that holds a program's block of rows; a size of 1 is shared.
static Value listOfBuffers(KernelBuilder &kernel, TileEmitter &emitter, const Segment &segment,
                           const ListBuffers &lists, Value block) {
  IndexMath math{emitter.outside, emitter.loc};
  Value counts = kernel.argument(lists.counts), indices = kernel.argument(lists.indices);
  auto shape = cast<MemRefType>(counts.getType()).getShape();
  Value zero = math.constant(0);
  Value row[] = {shape[0] == 1 ? zero : segment.batch, shape[1] == 1 ? zero : segment.head, block};
  auto type = tile::ListType::get(math.builder.getContext(), tile::ListKind::rows);
  return tile::ListRowsOp::create(math.builder, math.loc, type, counts, indices, kernel.argument(lists.partials), row);
}

/// Ranges within [lo, hi). Those that touch keep sharing the value at which they do.
static void clampRanges(IndexMath math, SmallVectorImpl<KeyRange> &ranges, Value lo, Value hi) {
  Value previous, clampedPrevious;
  for (KeyRange &range : ranges) {
    Value begin = range.begin == previous ? clampedPrevious : math.clamp(range.begin, lo, hi);
    previous = range.end;
    clampedPrevious = math.clamp(range.end, lo, hi);
    range.begin = begin;
    range.end = clampedPrevious;
  }
}

FailureOr<BlockList> totile::makeBlockList(KernelBuilder &kernel, TileEmitter &emitter, const Segment &segment,
                                           PlaneMask &mask, const ListBuffers &lists, Value block, Value keyLo,
                                           Value keyHi) {
  IndexMath math{emitter.outside, emitter.loc};
  if (std::optional<BlockTable> table = mask.table())
    return BlockList{listOfTable(kernel, emitter, segment, *table), true, true};
  if (lists.counts)
    return BlockList{listOfBuffers(kernel, emitter, segment, lists, block), false, true};
  FailureOr<SmallVector<KeyRange>> ranges = emitKeyRanges(emitter, segment, mask, segment.first, false);
  if (failed(ranges))
    return failure();
  if (keyLo)
    clampRanges(math, *ranges, keyLo, keyHi);
  return BlockList{listOfRanges(math, *ranges, emitter.sizes.cols), false, false};
}
