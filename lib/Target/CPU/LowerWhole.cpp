// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops with a loop nest of their own: copies, scans, triangular solves, shears, transposes, gathers and scatters.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

void TileLowering::forEachElement(ArrayRef<int64_t> shape, llvm::function_ref<void(const At &)> body) {
  loop(shape[0], 1, [&](Value i) {
    loop(shape[1], 1, [&](Value j) { inScope([&] { body({i, j, 1, 1}); }); });
  });
}

/// Whether vectors along the tile can be read from where it comes.
static bool readsVectors(Value tile) {
  auto load = tile.getDefiningOp<LoadOp>();
  if (auto transpose = tile.getDefiningOp<TransposeOp>())
    return tileShape(tile)[0] == 1 || tileShape(tile)[1] == 1;
  if (auto slice = tile.getDefiningOp<tensor::ExtractSliceOp>())
    return !isColumnTile(tile) || isColumnTile(slice.getSource());
  if (!load)
    return true;
  if (!load.getIndices().empty())
    return false;
  int64_t dim = load.getDims()[vectorDim(tile)];
  return dim < 0 || isContiguous(load.getSource().getType(), dim);
}

void TileLowering::copyTile(Value source, const Home &home) {
  ArrayRef<int64_t> shape = tileShape(source);
  if (!readsVectors(source))
    return forEachElement(shape, [&](const At &at) { storeHome(home, evaluateStored(source, at), at, {}); });
  unsigned width = widthFor(cast<ShapedType>(source.getType()).getElementType());
  int along = vectorDim(source);
  int64_t length = shape[along];
  loop(shape[1 - along], 1, [&](Value row) {
    auto piece = [&](Value place, const Lanes &lanes) {
      inScope([&] {
        At at = along == 1 ? At{row, place, 1, width} : At{place, row, 0, width};
        storeHome(home, evaluateStored(source, at), at, lanes);
      });
    };
    loop(length / width * width, width, [&](Value place) { piece(place, {}); });
    if (length % width)
      piece(index(length / width * width), {length % width, {}});
  });
}

void TileLowering::copyHome(const Home &from, const Home &to, Value like) {
  ArrayRef<int64_t> shape = tileShape(like);
  unsigned width = widthFor(cast<ShapedType>(like.getType()).getElementType());
  int along = from.upright ? 0 : 1;
  loop(shape[1 - along], 1, [&](Value row) {
    auto piece = [&](Value place, const Lanes &lanes) {
      At at = along == 1 ? At{row, place, 1, width} : At{place, row, 0, width};
      storeHome(to, loadHome(from, at), at, lanes);
    };
    loop(shape[along] / width * width, width, [&](Value place) { piece(place, {}); });
    if (shape[along] % width)
      piece(index(shape[along] / width * width), {shape[along] % width, {}});
  });
}

void TileLowering::scatterStore(StoreOp op) {
  forEachElement(tileShape(op.getValue()),
                 [&](const At &at) { storeMemory(op, evaluate(op.getValue(), at), at, {}); });
}

// Sequential along the dim, in memory: the running value lives in the result.
void TileLowering::lowerScan(ScanOp op, const Home &home) {
  ArrayRef<int64_t> shape = tileShape(op.getResult());
  int64_t dim = op.getDim(), length = shape[dim];
  Type element = op.getType().getElementType();
  loop(shape[1 - dim], 1, [&](Value other) {
    Value start = identity(op.getKind(), element, 1);
    auto body = scf::ForOp::create(b, loc, index(0), index(length), index(1), ValueRange{start});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(body.getBody());
    Value step = body.getInductionVar();
    if (op.getReverse())
      step = arith::SubIOp::create(b, loc, index(length - 1), step);
    At at = dim == 0 ? At{step, other, 1, 1} : At{other, step, 1, 1};
    Value before = body.getRegionIterArg(0);
    Value after;
    inScope([&] { after = combine(op.getKind(), before, evaluate(op.getSource(), at)); });
    storeHome(home, toStored(op.getExclusive() ? before : after), at, {});
    scf::YieldOp::create(b, loc, ValueRange{after});
  });
}

// Substitution by rows: X_i = B_i + sum of A_ik X_k over the rows already solved.
void TileLowering::lowerSolve(SolveOp op, const Home &home) {
  copyTile(op.getB(), home);
  ArrayRef<int64_t> shape = tileShape(op.getResult());
  unsigned width = widthFor(op.getType().getElementType());
  const Home a = *findHome(op.getA());
  auto outer = scf::ForOp::create(b, loc, index(1), index(shape[0]), index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(outer.getBody());
  Value step = outer.getInductionVar();
  Value row = op.getTrans() ? Value(arith::SubIOp::create(b, loc, index(shape[0] - 1), step)) : step;
  loop(shape[1], width, [&](Value column) {
    At at{row, column, 1, width};
    auto inner = scf::ForOp::create(b, loc, index(0), step, index(1), ValueRange{loadHome(home, at)});
    {
      OpBuilder::InsertionGuard innerGuard(b);
      b.setInsertionPointToStart(inner.getBody());
      Value k = inner.getInductionVar();
      if (op.getTrans())
        k = arith::SubIOp::create(b, loc, index(shape[0] - 1), k);
      Value factor = loadHome(a, op.getTrans() ? At{k, row, 1, 1} : At{row, k, 1, 1});
      Value solved = loadHome(home, {k, column, 1, width});
      Value sum = vector::FMAOp::create(b, loc, broadcast(factor, width), solved, inner.getRegionIterArg(0));
      scf::YieldOp::create(b, loc, ValueRange{sum});
    }
    storeHome(home, inner.getResult(0), at, {});
  });
}

void TileLowering::lowerShear(ShearOp op, const Home &home) {
  ArrayRef<int64_t> shape = tileShape(op.getResult());
  int64_t rows = shape[0];
  if (op.getInverse()) {
    forEachElement(shape, [&](const At &at) {
      Value shift = arith::SubIOp::create(b, loc, index(rows - 1), at.i);
      storeHome(home, evaluateStored(op.getSource(), {at.i, add(at.j, shift), 1, 1}), at, {});
    });
    return;
  }
  Value fill = toStored(scalar(op.getFill()));
  forEachElement(shape, [&](const At &at) { storeHome(home, fill, at, {}); });
  forEachElement(tileShape(op.getSource()), [&](const At &at) {
    Value shift = arith::SubIOp::create(b, loc, index(rows - 1), at.i);
    storeHome(home, evaluateStored(op.getSource(), at), {at.i, add(at.j, shift), 1, 1}, {});
  });
}

void TileLowering::reduceByRegion(ReduceOp op, const Home &home) {
  ArrayRef<int64_t> shape = tileShape(op.getSource());
  int64_t dim = op.getDim();
  loop(shape[1 - dim], 1, [&](Value other) {
    auto place = [&](Value step) { return dim == 0 ? At{step, other, 1, 1} : At{other, step, 1, 1}; };
    Value first;
    inScope([&] { first = evaluate(op.getSource(), place(index(0))); });
    auto body = scf::ForOp::create(b, loc, index(1), index(shape[dim]), index(1), ValueRange{first});
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(body.getBody());
      Block &region = op.getCombine().front();
      IRMapping inner = map;
      inner.map(region.getArgument(0), body.getRegionIterArg(0));
      inScope([&] { inner.map(region.getArgument(1), evaluate(op.getSource(), place(body.getInductionVar()))); });
      for (Operation &step : region.without_terminator())
        b.clone(step, inner);
      scf::YieldOp::create(b, loc, ValueRange{inner.lookup(region.getTerminator()->getOperand(0))});
    }
    storeHome(home, toStored(body.getResult(0)), place(index(0)), {});
  });
}

LogicalResult TileLowering::lowerWhole(const BlockPlan &plan, Operation *op, unsigned number) {
  if (auto store = dyn_cast<StoreOp>(op)) {
    scatterStore(store);
    return success();
  }
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
    Home whole;
    if (auto inPlace = inPlaceInserts.find(op); inPlace != inPlaceInserts.end()) {
      whole = inPlace->second;
    } else {
      whole = homeForResult(plan, number, insert.getResult());
      copyTile(insert.getDest(), whole);
    }
    homes[insert.getResult()] = whole;
    Home part = viewAt(whole, insert.getMixedOffsets());
    auto given = wanted.find(insert.getSource());
    bool there = given != wanted.end() && given->second.insert == insert;
    if (!there)
      copyTile(insert.getSource(), part);
    return success();
  }
  if (op->getNumResults() != 1 || !isTile(op->getResult(0).getType()))
    return op->emitError("expects an op that this target lowers, but got '") << op->getName() << "'";
  Value result = op->getResult(0);
  if (auto load = dyn_cast<LoadOp>(op)) {
    if (!uses.needsHome(result))
      return success(); // only its panels are read
  }
  Home home = homeForResult(plan, number, result);
  bool known = TypeSwitch<Operation *, bool>(op)
                   .Case<LoadOp, tensor::ExtractSliceOp>([&](auto) {
                     copyTile(result, home);
                     return true;
                   })
                   .Case([&](TransposeOp transpose) {
                     forEachElement(tileShape(result), [&](const At &at) {
                       storeHome(home, evaluateStored(transpose.getSource(), {at.j, at.i, 1, 1}), at, {});
                     });
                     return true;
                   })
                   .Case([&](ScanOp scan) { return lowerScan(scan, home), true; })
                   .Case([&](SolveOp solve) { return lowerSolve(solve, home), true; })
                   .Case([&](ShearOp shear) { return lowerShear(shear, home), true; })
                   .Case([&](ReduceOp reduce) { return reduceByRegion(reduce, home), true; })
                   .Case([&](tensor::EmptyOp) { return true; })
                   .Default([](Operation *) { return false; });
  if (!known)
    return op->emitError("expects an op that this target lowers, but got '") << op->getName() << "'";
  homes[result] = home;
  return success();
}

} // namespace attn::cpu
