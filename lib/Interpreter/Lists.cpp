// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Block lists: closed-form segments, and rows of tables.
#include "lib/Interpreter/Machine.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

static LogicalResult runList(Machine &machine, Operation *op) {
  auto list = cast<tile::ListOp>(op);
  auto blocks = std::make_shared<BlockList>();
  for (bool partial : {true, false})
    for (auto [lower, upper, flag] : llvm::zip(list.getLower(), list.getUpper(), list.getPartial()))
      if (flag == partial && machine.integer(lower) < machine.integer(upper))
        blocks->segments.push_back({machine.integer(lower), machine.integer(upper), partial});
  for (auto [number, a] : llvm::enumerate(blocks->segments))
    for (const BlockList::Segment &b : ArrayRef(blocks->segments).drop_front(number + 1))
      if (a.lower < b.upper && b.lower < a.upper)
        return machine.fail(op, "expects disjoint segments, but got [" + Twine(a.lower) + ", " + Twine(a.upper) +
                                    ") and [" + Twine(b.lower) + ", " + Twine(b.upper) + ")");
  machine.bindDatum(list, std::shared_ptr<const BlockList>(std::move(blocks)));
  return success();
}

static LogicalResult runListRows(Machine &machine, Operation *op) {
  auto list = cast<tile::ListRowsOp>(op);
  auto blocks = std::make_shared<BlockList>();
  blocks->counts = machine.buffer(list.getCounts());
  blocks->indices = machine.buffer(list.getIndices());
  if (list.getPartials())
    blocks->partials = machine.buffer(list.getPartials());
  blocks->row = machine.integers(list.getRow());
  auto hasRow = [&](const Buffer &table) {
    return llvm::all_of(llvm::zip(blocks->row, table.shape), [](auto pair) {
      return std::get<0>(pair) >= 0 && std::get<0>(pair) < std::get<1>(pair);
    });
  };
  if (!hasRow(blocks->counts) || !hasRow(blocks->indices))
    return machine.fail(op, "expects a row inside the tables");
  if (list.getPartials() && !hasRow(blocks->partials))
    return machine.fail(op, "expects a row inside the table of partial counts");
  machine.bindDatum(list, std::shared_ptr<const BlockList>(std::move(blocks)));
  return success();
}

namespace {
struct Length {
  int64_t partials = 0, entries = 0;
};
} // namespace

/// The counts of a list, checked against the table's width.
static FailureOr<Length> lengthOf(Machine &machine, Operation *op, const BlockList &list) {
  Length length;
  if (!list.counts.memory) {
    for (const BlockList::Segment &segment : list.segments) {
      length.entries += segment.upper - segment.lower;
      length.partials += segment.partial ? segment.upper - segment.lower : 0;
    }
    return length;
  }
  length.entries = list.counts.memory->integers[list.counts.address(list.row)];
  if (list.partials.memory)
    length.partials = list.partials.memory->integers[list.partials.address(list.row)];
  int64_t width = list.indices.shape.back();
  if (length.entries < 0 || length.entries > width || length.partials < 0 || length.partials > length.entries)
    return machine.fail(op, "expects 0 <= partials <= entries <= " + Twine(width) + ", but got " +
                                Twine(length.partials) + " partials and " + Twine(length.entries) + " entries");
  return length;
}

static LogicalResult runLength(Machine &machine, Operation *op) {
  auto length = cast<tile::LengthOp>(op);
  FailureOr<Length> counts = lengthOf(machine, op, machine.list(length.getList()));
  if (failed(counts))
    return failure();
  machine.bindInteger(length.getPartials(), counts->partials);
  machine.bindInteger(length.getEntries(), counts->entries);
  return success();
}

static int64_t blockAt(const BlockList &list, int64_t position) {
  if (list.counts.memory) {
    SmallVector<int64_t, 4> index = list.row;
    index.push_back(position);
    return list.indices.memory->integers[list.indices.address(index)];
  }
  for (const BlockList::Segment &segment : list.segments) {
    int64_t size = segment.upper - segment.lower;
    if (position < size)
      return segment.lower + position;
    position -= size;
  }
  return 0;
}

static LogicalResult runListEntry(Machine &machine, Operation *op) {
  auto entry = cast<tile::EntryOp>(op);
  const BlockList &list = machine.list(entry.getList());
  FailureOr<Length> length = lengthOf(machine, op, list);
  if (failed(length))
    return failure();
  int64_t position = machine.integer(entry.getPosition());
  if (position < 0 || position >= length->entries)
    return machine.fail(op, "expects a position in [0, " + Twine(length->entries) + "), but got " + Twine(position));
  int64_t block = blockAt(list, position);
  if (block < 0)
    return machine.fail(op, "expects block numbers that are not negative, but got " + Twine(block) + " at position " +
                                Twine(position));
  machine.bindInteger(entry.getBlock(), block);
  machine.bindInteger(entry.getPartial(), position < length->partials);
  return success();
}

void attn::interpreter::addListOps(HandlerTable &table) {
  table["tile.list"] = runList;
  table["tile.list_rows"] = runListRows;
  table["tile.length"] = runLength;
  table["tile.entry"] = runListEntry;
}
