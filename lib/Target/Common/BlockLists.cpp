// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prefix sums over segments, or reads of a table's row.
#include "lib/Target/Common/BlockLists.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::target {

BlockLists::List BlockLists::fromSegments(OpBuilder &b, ListOp op) {
  List list;
  Location loc = op.getLoc();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  list.partials = list.entries = zero;
  for (bool partial : {true, false}) {
    for (auto [lower, upper, isPartial] : llvm::zip(op.getLower(), op.getUpper(), op.getPartial())) {
      if (isPartial != partial)
        continue;
      Value first = host.scalar(lower);
      Value count = arith::SubIOp::create(b, loc, host.scalar(upper), first);
      count = arith::MaxSIOp::create(b, loc, count, zero);
      list.lower.push_back(first);
      list.count.push_back(count);
      list.entries = arith::AddIOp::create(b, loc, list.entries, count);
    }
    if (partial)
      list.partials = list.entries;
  }
  return list;
}

BlockLists::List BlockLists::fromRows(OpBuilder &b, ListRowsOp op) {
  List list;
  list.indices = op.getIndices();
  for (Value place : op.getRow())
    list.row.push_back(host.scalar(place));
  list.entries = host.loadIndex(b, op.getLoc(), op.getCounts(), list.row);
  list.partials = op.getPartials() ? host.loadIndex(b, op.getLoc(), op.getPartials(), list.row)
                                   : Value(arith::ConstantIndexOp::create(b, op.getLoc(), 0));
  return list;
}

Value BlockLists::blockOf(OpBuilder &b, Location loc, const List &list, Value position) {
  if (list.indices) {
    SmallVector<Value> place = list.row;
    place.push_back(position);
    return host.loadIndex(b, loc, list.indices, place);
  }
  // The first segment whose end lies behind the position.
  Value begin = arith::ConstantIndexOp::create(b, loc, 0), block = begin;
  SmallVector<std::pair<Value, Value>> candidates; // (end, block)
  for (auto [lower, count] : llvm::zip(list.lower, list.count)) {
    Value inside = arith::SubIOp::create(b, loc, position, begin);
    begin = arith::AddIOp::create(b, loc, begin, count);
    candidates.push_back({begin, arith::AddIOp::create(b, loc, lower, inside)});
  }
  for (auto [end, candidate] : llvm::reverse(candidates)) {
    Value before = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, end);
    block = arith::SelectOp::create(b, loc, before, candidate, block);
  }
  return block;
}

bool BlockLists::lower(OpBuilder &b, Operation *op, llvm::function_ref<void(Value, Value)> map) {
  if (auto segments = dyn_cast<ListOp>(op)) {
    lists[segments.getList()] = fromSegments(b, segments);
  } else if (auto rows = dyn_cast<ListRowsOp>(op)) {
    lists[rows.getList()] = fromRows(b, rows);
  } else if (auto length = dyn_cast<LengthOp>(op)) {
    const List &list = lists[length.getList()];
    map(length.getPartials(), list.partials);
    map(length.getEntries(), list.entries);
  } else if (auto entry = dyn_cast<EntryOp>(op)) {
    const List &list = lists[entry.getList()];
    Value position = host.scalar(entry.getPosition());
    map(entry.getBlock(), blockOf(b, op->getLoc(), list, position));
    map(entry.getPartial(),
        arith::CmpIOp::create(b, op->getLoc(), arith::CmpIPredicate::slt, position, list.partials));
  } else {
    return false;
  }
  return true;
}

} // namespace attn::target
