// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A sweep: elementwise tiles, reductions and stores of one shape in one loop nest over vectors.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

struct TileLowering::SweepItem {
  Operation *op;
  /// The tile that is evaluated.
  Value tile;
  /// Where the result goes; of a store, nowhere.
  std::optional<Home> home;

  ReduceOp reduce() const { return dyn_cast<ReduceOp>(op); }
};

LogicalResult TileLowering::lowerSweep(const BlockPlan &plan, const BlockNode &node, unsigned number) {
  SmallVector<SweepItem> items;
  unsigned width = target.lanes(32);
  int reduced = -1;
  for (Operation *op : node.ops) {
    SweepItem item{op, {}, std::nullopt};
    if (auto store = dyn_cast<StoreOp>(op)) {
      item.tile = store.getValue();
    } else {
      item.tile = item.reduce() ? Value(item.reduce().getSource()) : Value(op->getResult(0));
      item.home = homeForResult(plan, number, op->getResult(0));
    }
    if (item.reduce())
      reduced = item.reduce().getDim();
    width = std::min(width, widthFor(cast<ShapedType>(item.tile.getType()).getElementType()));
    items.push_back(item);
  }
  ArrayRef<int64_t> shape = tileShape(items.front().tile);
  inScope([&] {
    if (isColumnTile(items.front().tile))
      sweepColumnTile(items, shape[0], width);
    else if (reduced == 0)
      sweepColumns(items, shape[0], shape[1], width);
    else
      sweepRows(items, shape[0], shape[1], width);
  });
  for (SweepItem &item : items)
    if (item.home)
      homes[item.op->getResult(0)] = *item.home;
  return success();
}

SmallVector<Value> TileLowering::startAccumulators(ArrayRef<SweepItem> items, unsigned width) {
  SmallVector<Value> accumulators;
  for (const SweepItem &item : items)
    if (ReduceOp reduce = item.reduce())
      accumulators.push_back(
          identity(*reduce.getKind(), cast<ShapedType>(item.tile.getType()).getElementType(), width));
  return accumulators;
}

/// One vector of every item: first all values, then what is written, so that a home may take over one that is read here.
/// `lengthwise`: reductions go along the vector, so lanes past the end must not count.
void TileLowering::sweepStep(MutableArrayRef<SweepItem> items, const At &at, const Lanes &lanes,
                             MutableArrayRef<Value> accumulators, bool lengthwise) {
  SmallVector<Value> values;
  unsigned accumulator = 0;
  for (SweepItem &item : items) {
    ReduceOp reduce = item.reduce();
    values.push_back(item.home && !reduce ? evaluateStored(item.tile, at) : evaluate(item.tile, at));
    if (!reduce)
      continue;
    Value value = values.back();
    if (lengthwise && !lanes.all()) {
      Value none = identity(*reduce.getKind(), getElementTypeOrSelf(value.getType()), at.width);
      value = arith::SelectOp::create(b, loc, maskOf(lanes, at.width), value, none);
    }
    Value &sum = accumulators[accumulator++];
    sum = combine(*reduce.getKind(), sum, value);
  }
  for (auto [item, value] : llvm::zip(items, values)) {
    if (auto store = dyn_cast<StoreOp>(item.op))
      storeMemory(store, value, at, lanes);
    else if (!item.reduce())
      storeHome(*item.home, value, at, lanes);
  }
}

/// Computes ahead what depends on the row alone.
void TileLowering::hoistRowValues(Value tile, const At &row) {
  llvm::DenseSet<Value> seen; // tiles share operands: every path would be too many
  SmallVector<Value> left = {tile};
  while (!left.empty()) {
    Value next = left.pop_back_val();
    if (!isTile(next.getType()) || !uses.isLazy(next) || findHome(next) || !seen.insert(next).second)
      continue;
    Operation *op = next.getDefiningOp();
    if (auto spread = dyn_cast<BroadcastOp>(op)) {
      if (tileShape(spread.getSource())[1] == 1 && tileShape(next)[1] != 1) {
        At inner{tileShape(spread.getSource())[0] == 1 ? index(0) : row.i, index(0), row.along, 1};
        evaluate(spread.getSource(), inner);
      }
    } else if (op->hasTrait<OpTrait::Elementwise>()) {
      llvm::append_range(left, llvm::reverse(op->getOperands()));
    }
  }
}

/// Row by row; reductions, if any, combine along the row.
void TileLowering::sweepRows(MutableArrayRef<SweepItem> items, int64_t rows, int64_t cols, unsigned width) {
  int64_t full = cols / width, tail = cols % width;
  int64_t unroll = full % 4 == 0 ? 4 : full % 2 == 0 ? 2 : 1;
  loop(rows, 1, [&](Value row) {
    inScope([&] {
      for (SweepItem &item : items) {
        hoistRowValues(item.tile, {row, index(0), 1, 1});
        Operation *op = item.tile.getDefiningOp();
        if (op && item.home && !item.reduce())
          for (Value operand : op->getOperands()) // a stored item is computed here all the same
            if (op->hasTrait<OpTrait::Elementwise>())
              hoistRowValues(operand, {row, index(0), 1, 1});
      }
      SmallVector<Value> accumulators = startAccumulators(items, width);
      unsigned count = accumulators.size();
      SmallVector<Value> spread; // unroll copies of each
      for (int64_t u = 0; u < unroll; ++u)
        spread.append(accumulators);
      auto steps = [&](Value col, MutableArrayRef<Value> sums) {
        for (int64_t u = 0; u < unroll; ++u)
          inScope([&] {
            At at{row, u == 0 ? col : add(col, index(u * width)), 1, width};
            sweepStep(items, at, {}, sums.slice(u * count, count), true);
          });
      };
      int64_t stride = unroll * width;
      if (full * width == stride) {
        steps(index(0), spread);
      } else if (full > 0) {
        auto inner = scf::ForOp::create(b, loc, index(0), index(full * width), index(stride), spread);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(inner.getBody());
        SmallVector<Value> sums(inner.getRegionIterArgs());
        steps(inner.getInductionVar(), sums);
        if (!sums.empty())
          scf::YieldOp::create(b, loc, sums);
        spread.assign(inner.getResults().begin(), inner.getResults().end());
      }
      if (tail > 0)
        inScope([&] {
          sweepStep(items, {row, index(full * width), 1, width}, {tail, {}},
                    MutableArrayRef<Value>(spread).take_front(count), true);
        });
      unsigned accumulator = 0;
      for (SweepItem &item : items) {
        ReduceOp reduce = item.reduce();
        if (!reduce)
          continue;
        Value sum = spread[accumulator];
        for (int64_t u = 1; u < unroll; ++u)
          sum = combine(*reduce.getKind(), sum, spread[u * count + accumulator]);
        ++accumulator;
        sum = combineLanes(*reduce.getKind(), sum);
        storeHome(*item.home, toStored(sum), {row, index(0), 1, 1}, {});
      }
    });
  });
}

/// Column by column of vectors; reductions combine down the rows.
void TileLowering::sweepColumns(MutableArrayRef<SweepItem> items, int64_t rows, int64_t cols, unsigned width) {
  auto strip = [&](Value col, const Lanes &lanes) {
    SmallVector<Value> sums = startAccumulators(items, width);
    if (rows == 1) {
      inScope([&] { sweepStep(items, {index(0), col, 1, width}, lanes, sums, false); });
    } else {
      auto inner = scf::ForOp::create(b, loc, index(0), index(rows), index(1), sums);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(inner.getBody());
      SmallVector<Value> next(inner.getRegionIterArgs());
      inScope([&] { sweepStep(items, {inner.getInductionVar(), col, 1, width}, lanes, next, false); });
      scf::YieldOp::create(b, loc, next);
      sums.assign(inner.getResults().begin(), inner.getResults().end());
    }
    unsigned accumulator = 0;
    for (SweepItem &item : items)
      if (item.reduce())
        storeHome(*item.home, toStored(sums[accumulator++]), {index(0), col, 1, width}, lanes);
  };
  loop(cols / width * width, width, [&](Value col) { inScope([&] { strip(col, {}); }); });
  if (cols % width)
    strip(index(cols / width * width), {cols % width, {}});
}

/// An N x 1 tile, with vectors along its rows.
void TileLowering::sweepColumnTile(MutableArrayRef<SweepItem> items, int64_t rows, unsigned width) {
  // Along a dim of one element a reduction is the element.
  SmallVector<SweepItem> lengthwise;
  for (SweepItem &item : items)
    if (!item.reduce() || item.reduce().getDim() == 0)
      lengthwise.push_back(item);
  auto copies = [&](const At &at, const Lanes &lanes) {
    for (SweepItem &item : items)
      if (item.reduce() && item.reduce().getDim() == 1)
        storeHome(*item.home, evaluateStored(item.tile, at), at, lanes);
  };
  SmallVector<Value> sums = startAccumulators(lengthwise, width);
  int64_t full = rows / width * width;
  if (full > 0) {
    auto body = scf::ForOp::create(b, loc, index(0), index(full), index(width), sums);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(body.getBody());
    SmallVector<Value> next(body.getRegionIterArgs());
    At at{body.getInductionVar(), index(0), 0, width};
    inScope([&] {
      copies(at, {});
      sweepStep(lengthwise, at, {}, next, true);
    });
    if (!next.empty())
      scf::YieldOp::create(b, loc, next);
    sums.assign(body.getResults().begin(), body.getResults().end());
  }
  if (rows % width) {
    At at{index(full), index(0), 0, width};
    inScope([&] {
      copies(at, {rows % width, {}});
      sweepStep(lengthwise, at, {rows % width, {}}, sums, true);
    });
  }
  unsigned accumulator = 0;
  for (SweepItem &item : lengthwise)
    if (ReduceOp reduce = item.reduce())
      storeHome(*item.home, toStored(combineLanes(*reduce.getKind(), sums[accumulator++])), {index(0), index(0), 1, 1},
                {});
}

} // namespace attn::cpu
