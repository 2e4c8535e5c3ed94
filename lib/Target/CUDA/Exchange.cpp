// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that move elements between threads, through an area of shared memory of their own.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

static Type storedType(OpBuilder &b, Type element) { return element.isInteger(1) ? Type(b.getI8Type()) : element; }

Value KernelLowering::exchangeOffset(Type element, Value row, Value col, int64_t pitch) {
  int64_t bytes = std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
  Value place = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, row, index(pitch)), col);
  place = arith::MulIOp::create(b, loc, place, index(bytes));
  if (team) { // every team has an area of its own
    firstExchanging = std::min(firstExchanging, firstTeam);
    place = arith::AddIOp::create(b, loc, place, arith::MulIOp::create(b, loc, team, exchangePitch));
  }
  return arith::AddIOp::create(b, loc, place, exchangeBase);
}

void KernelLowering::put(Value value, Value row, Value col, int64_t pitch) {
  Type stored = storedType(b, value.getType());
  if (value.getType() != stored)
    value = arith::ExtUIOp::create(b, loc, stored, value);
  LLVM::StoreOp::create(b, loc, value, sharedPointer(exchangeOffset(stored, row, col, pitch)));
}

Value KernelLowering::fetch(Type element, Value row, Value col, int64_t pitch) {
  Type stored = storedType(b, element);
  Value value = LLVM::LoadOp::create(b, loc, stored, sharedPointer(exchangeOffset(stored, row, col, pitch)));
  return stored == element ? value : Value(arith::TruncIOp::create(b, loc, element, value));
}

int64_t KernelLowering::publish(Value tile) {
  FragmentLayout layout = layoutOf(tile);
  Type stored = storedType(b, elementOf(tile));
  int64_t pitch = layout.cols() + (layout.cols() > 1 ? 1 : 0); // an odd pitch spreads columns over banks
  exchangeBytes = std::max(exchangeBytes, layout.rows() * pitch * int64_t(stored.getIntOrFloatBitWidth() / 8));
  barrier(); // whoever reads the area, or a tile, is done
  wroteSinceBarrier = true;
  const Registers &values = tiles[tile];
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    Value inside = exists(layout, at);
    OpBuilder::InsertionGuard guard(b);
    if (inside)
      b.setInsertionPointToStart(scf::IfOp::create(b, loc, inside, false).thenBlock());
    put(values[n], rowOf(layout, at), colOf(layout, at), pitch);
  }
  return pitch;
}

Registers KernelLowering::fetchTile(RankedTensorType type, int64_t pitch,
                                    llvm::function_ref<std::pair<Value, Value>(Value, Value)> source) {
  FragmentLayout layout(type.getShape(), warps);
  beforeSharedRead();
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n) {
    auto [row, col] = readable(layout, layout.place(n));
    auto [i, j] = source(row, col);
    values.push_back(fetch(type.getElementType(), i, j, pitch));
  }
  return values;
}

Registers KernelLowering::lowerTranspose(TransposeOp op) {
  int64_t pitch = publish(op.getSource());
  return fetchTile(op.getType(), pitch, [](Value i, Value j) { return std::make_pair(j, i); });
}

Registers KernelLowering::reduceAcrossWarps(ReduceOp op, Registers partial) {
  FragmentLayout to = layoutOf(op.getResult()), from = layoutOf(op.getSource());
  int64_t holders = std::min(warps, from.rowBlocks());
  Type element = elementOf(op.getResult());
  Type stored = storedType(b, element);
  int64_t pitch = to.cols();
  exchangeBytes = std::max(exchangeBytes, warps * pitch * int64_t(stored.getIntOrFloatBitWidth() / 8));
  barrier();
  wroteSinceBarrier = true;
  for (int64_t n = 0; n < to.size(); ++n) {
    FragmentLayout::Place at = to.place(n);
    Value inside = exists(to, at);
    OpBuilder::InsertionGuard guard(b);
    if (inside)
      b.setInsertionPointToStart(scf::IfOp::create(b, loc, inside, false).thenBlock());
    put(partial[n], warp, colOf(to, at), pitch);
  }
  beforeSharedRead();
  Registers results;
  for (int64_t n = 0; n < to.size(); ++n) {
    FragmentLayout::Place at = to.place(n);
    Value col = colOf(to, at);
    if (Value inside = exists(to, at))
      col = arith::SelectOp::create(b, loc, inside, col, index(0));
    Value sum = fetch(element, index(0), col, pitch);
    for (int64_t other = 1; other < holders; ++other)
      sum = combineFor(op, sum, fetch(element, index(other), col, pitch));
    results.push_back(sum);
  }
  return results;
}

/// A warp runs along a line, each lane along a piece of it: the lanes pass on what stands before their pieces.
void KernelLowering::scanByLanes(ScanOp op, Value line, int64_t pitch) {
  auto shape = cast<ShapedType>(op.getType()).getShape();
  int64_t dim = op.getDim(), length = shape[dim], piece = llvm::divideCeil(length, 32);
  Type element = op.getType().getElementType();
  Value none = identity(op.getKind(), element), start = arith::MulIOp::create(b, loc, lane, index(piece));
  SmallVector<std::pair<Value, Value>> places;
  SmallVector<Value> inside;
  Registers sums;
  for (int64_t i = 0; i < piece; ++i) {
    Value step = arith::AddIOp::create(b, loc, start, index(i));
    inside.push_back(arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, step, index(length)));
    step = arith::SelectOp::create(b, loc, inside[i], step, index(0));
    if (op.getReverse())
      step = arith::SubIOp::create(b, loc, index(length - 1), step);
    places.push_back(dim == 0 ? std::make_pair(step, line) : std::make_pair(line, step));
    Value value = fetch(element, places[i].first, places[i].second, pitch);
    value = arith::SelectOp::create(b, loc, inside[i], value, none);
    sums.push_back(i ? combine(op.getKind(), sums.back(), value) : value);
  }
  auto ofLaneBelow = [&](Value value, int64_t distance, Value otherwise, bool combines) -> Value {
    Value other = shuffle(value, i32(distance), NVVM::ShflKind::up);
    Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, lane, index(distance));
    if (combines)
      other = combine(op.getKind(), other, value);
    return arith::SelectOp::create(b, loc, exists, other, otherwise);
  };
  Value total = sums.back();
  for (int64_t distance = 1; distance < 32; distance *= 2)
    total = ofLaneBelow(total, distance, total, /*combines=*/true);
  Value before = ofLaneBelow(total, 1, none, /*combines=*/false);
  for (int64_t i = 0; i < piece; ++i) {
    bool first = op.getExclusive() && i == 0;
    Value result = first ? before : combine(op.getKind(), before, sums[op.getExclusive() ? i - 1 : i]);
    guarded(inside[i], [&] { put(result, places[i].first, places[i].second, pitch); });
  }
}

/// A thread runs along a line.
void KernelLowering::scanByThread(ScanOp op, Value line, int64_t pitch) {
  auto shape = cast<ShapedType>(op.getType()).getShape();
  int64_t dim = op.getDim(), length = shape[dim];
  Type element = op.getType().getElementType();
  OpBuilder::InsertionGuard guard(b);
  auto inner = scf::ForOp::create(b, loc, index(0), index(length), index(1), ValueRange{identity(op.getKind(), element)});
  b.setInsertionPointToStart(inner.getBody());
  Value step = inner.getInductionVar();
  if (op.getReverse())
    step = arith::SubIOp::create(b, loc, index(length - 1), step);
  Value row = dim == 0 ? step : line, col = dim == 0 ? line : step;
  Value before = inner.getRegionIterArg(0);
  Value after = combine(op.getKind(), before, fetch(element, row, col, pitch));
  put(op.getExclusive() ? before : after, row, col, pitch);
  scf::YieldOp::create(b, loc, ValueRange{after});
}

/// Along the lines in shared memory: a warp for each where they are few, else a thread.
Registers KernelLowering::lowerScan(ScanOp op) {
  auto shape = cast<ShapedType>(op.getType()).getShape();
  int64_t lines = shape[1 - op.getDim()];
  int64_t pitch = publish(op.getSource());
  beforeSharedRead();
  bool byLanes = lines <= warps && shape[op.getDim()] > 1;
  auto perLine = scf::ForOp::create(b, loc, byLanes ? warp : thread, index(lines), index(byLanes ? warps : warps * 32));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(perLine.getBody());
    if (byLanes)
      scanByLanes(op, perLine.getInductionVar(), pitch);
    else
      scanByThread(op, perLine.getInductionVar(), pitch);
  }
  wroteSinceBarrier = true;
  return fetchTile(op.getType(), pitch, [](Value i, Value j) { return std::make_pair(i, j); });
}

Registers KernelLowering::lowerShear(ShearOp op) {
  auto from = cast<ShapedType>(op.getSource().getType()).getShape();
  int64_t rows = from[0];
  FragmentLayout layout = layoutOf(op.getResult());
  int64_t pitch = publish(op.getSource());
  beforeSharedRead();
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    Value row = rowOf(layout, at), col = colOf(layout, at);
    Value shift = arith::SubIOp::create(b, loc, index(rows - 1), row);
    Value source = op.getInverse() ? Value(arith::AddIOp::create(b, loc, col, shift))
                                   : Value(arith::SubIOp::create(b, loc, col, shift));
    Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, source, index(from[1]));
    inside = both(inside, exists(layout, at));
    Value i = arith::SelectOp::create(b, loc, inside, row, index(0));
    Value j = arith::SelectOp::create(b, loc, inside, source, index(0));
    Value value = fetch(elementOf(op.getResult()), i, j, pitch);
    if (!op.getInverse())
      value = arith::SelectOp::create(b, loc, inside, value, scalar(op.getFill()));
    values.push_back(value);
  }
  return values;
}

} // namespace attn::cuda
