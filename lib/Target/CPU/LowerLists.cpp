// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Block lists as scalar arithmetic: prefix sums over segments, or reads of a table's row.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

void TileLowering::lowerList(ListOp op) {
  ListState state;
  state.partials = state.entries = index(0);
  for (bool partial : {true, false}) {
    for (auto [lower, upper, isPartial] : llvm::zip(op.getLower(), op.getUpper(), op.getPartial())) {
      if (isPartial != partial)
        continue;
      Value count = arith::SubIOp::create(b, loc, scalar(upper), scalar(lower));
      count = arith::MaxSIOp::create(b, loc, count, index(0));
      state.lower.push_back(scalar(lower));
      state.count.push_back(count);
      state.entries = add(state.entries, count);
    }
    if (partial)
      state.partials = state.entries;
  }
  lists[op.getList()] = state;
}

void TileLowering::lowerListRows(ListRowsOp op) {
  ListState state;
  state.counts = scalar(op.getCounts());
  state.indices = scalar(op.getIndices());
  for (Value place : op.getRow())
    state.row.push_back(scalar(place));
  auto read = [&](Value memref) -> Value {
    Value count = memref::LoadOp::create(b, loc, scalar(memref), state.row);
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), count);
  };
  state.entries = read(op.getCounts());
  state.partials = op.getPartials() ? read(op.getPartials()) : index(0);
  lists[op.getList()] = state;
}

void TileLowering::lowerLength(LengthOp op) {
  const ListState &state = lists[op.getList()];
  map.map(op.getPartials(), state.partials);
  map.map(op.getEntries(), state.entries);
}

void TileLowering::lowerEntry(EntryOp op) {
  const ListState &state = lists[op.getList()];
  Value position = scalar(op.getPosition());
  Value partial = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, state.partials);
  map.map(op.getPartial(), partial);
  if (state.indices) {
    SmallVector<Value> place = state.row;
    place.push_back(position);
    Value block = memref::LoadOp::create(b, loc, state.indices, place);
    map.map(op.getBlock(), arith::IndexCastOp::create(b, loc, b.getIndexType(), block));
    return;
  }
  // The first segment whose end lies behind the position.
  Value begin = index(0), block = index(0);
  SmallVector<std::pair<Value, Value>> candidates; // (end, block)
  for (auto [lower, count] : llvm::zip(state.lower, state.count)) {
    Value inside = arith::SubIOp::create(b, loc, position, begin);
    Value end = add(begin, count);
    candidates.push_back({end, arith::AddIOp::create(b, loc, lower, inside)});
    begin = end;
  }
  for (auto [end, candidate] : llvm::reverse(candidates)) {
    Value before = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, end);
    block = arith::SelectOp::create(b, loc, before, candidate, block);
  }
  map.map(op.getBlock(), block);
}

} // namespace attn::cpu
