// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products: blocks of accumulators in registers, fed by broadcasts of the left operand and vectors of the right one.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

struct TileLowering::Product {
  MmaOp op;
  Type element;     ///< of the accumulators
  unsigned width;   ///< lanes
  Home left, result;
  std::optional<Home> rightHome;
  std::optional<Panels> rightPanels;
  LoadOp rightLoad; ///< straight from memory
  bool rightLazy = false; ///< computed here
  Value depth;      ///< how many steps the contracted dim has here
};

LogicalResult TileLowering::lowerProduct(const BlockPlan &plan, MmaOp op, unsigned number) {
  if (op.getTransB() && uses.readsOnce(op))
    return lowerDotRows(plan, op, number);
  Product product;
  product.op = op;
  product.element = op.getType().getElementType();
  product.width = widthFor(product.element);
  ArrayRef<int64_t> shape = tileShape(op.getResult());
  int64_t depth = tileShape(op.getA())[op.getTransA() ? 0 : 1];
  product.depth = index(depth);
  const Home *left = findHome(op.getA());
  if (!left)
    return op.emitError("expects the left operand to have a home");
  product.left = *left;
  unsigned panelWidth = product.width * target.accumulatorVectors();

  if (op.getTransB()) {
    product.rightPanels = panels.lookup(op.getB());
    if (!product.rightPanels->memref)
      return op.emitError("expects the right operand to have been packed");
  } else if (const Home *home = findHome(op.getB())) {
    product.rightHome = *home;
  } else if (uses.readsOnce(op)) {
    product.rightLazy = true;
  } else {
    product.rightLoad = op.getB().getDefiningOp<LoadOp>();
    if (!product.rightLoad)
      return op.emitError("expects the right operand to have a home");
    // Rows past the bound are zero: they end the contraction.
    int64_t dim = product.rightLoad.getRowDim();
    if (dim >= 0) {
      Value bound = product.rightLoad.getBoundOf(dim);
      Value end = bound ? scalar(bound)
                        : Value(memref::DimOp::create(b, loc, scalar(product.rightLoad.getSource()), dim));
      Value rest = arith::SubIOp::create(b, loc, end, scalar(product.rightLoad.getOffsets()[dim]));
      rest = arith::MaxSIOp::create(b, loc, rest, index(0));
      product.depth = arith::MinSIOp::create(b, loc, rest, index(depth));
    }
  }
  product.result = homeForResult(plan, number, op.getResult());

  int64_t full = shape[1] / panelWidth;
  int64_t rest = shape[1] % panelWidth;
  loop(full, 1, [&](Value panel) {
    Value column = full == 1 ? index(0) : Value(arith::MulIOp::create(b, loc, panel, index(panelWidth)));
    productPanel(product, column, panel, target.accumulatorVectors(), product.width);
  });
  if (rest) {
    unsigned vectors = llvm::divideCeil(rest, product.width);
    unsigned lastLanes = rest - (vectors - 1) * product.width;
    productPanel(product, index(full * panelWidth), index(full), vectors, lastLanes);
  }
  homes[op.getResult()] = product.result;
  return success();
}

void TileLowering::productPanel(Product &product, Value column, Value panel, unsigned vectors, unsigned lastLanes) {
  int64_t rows = tileShape(product.op.getResult())[0];
  int64_t step = target.accumulatorRows();
  if (rows > step && rows < 2 * step)
    step = (rows + 1) / 2; // two blocks of one size
  int64_t full = rows / step * step;
  loop(full, step, [&](Value row) { productBlock(product, row, step, column, panel, vectors, lastLanes); });
  if (rows % step)
    productBlock(product, index(full), rows % step, column, panel, vectors, lastLanes);
}

Value TileLowering::loadRight(Product &product, Value k, Value column, Value panel, unsigned vector,
                              std::optional<int64_t> lanes) {
  auto type = cast<VectorType>(vectorType(product.element, product.width));
  Value shift = index(int64_t(vector) * product.width);
  if (product.rightPanels)
    return vector::LoadOp::create(b, loc, type, product.rightPanels->memref, ValueRange{panel, k, shift});
  Value place = add(column, shift);
  At at{k, place, 1, product.width};
  if (product.rightHome)
    return loadHome(*product.rightHome, at);
  if (product.rightLazy)
    return evaluateStored(product.op.getB(), at);
  LoadOp op = product.rightLoad;
  SmallVector<Value> indices;
  for (Value offset : op.getOffsets())
    indices.push_back(scalar(offset));
  if (op.getRowDim() >= 0)
    indices[op.getRowDim()] = add(indices[op.getRowDim()], k);
  indices[op.getColDim()] = add(indices[op.getColDim()], place);
  Value memref = scalar(op.getSource());
  if (!lanes)
    return vector::LoadOp::create(b, loc, type, memref, indices);
  return vector::MaskedLoadOp::create(b, loc, type, memref, indices, maskOf({lanes, {}}, product.width),
                                      constant(product.element, 0, product.width));
}

void TileLowering::productBlock(Product &product, Value row, unsigned rows, Value column, Value panel,
                                unsigned vectors, unsigned lastLanes) {
  unsigned width = product.width;
  auto lanesOf = [&](unsigned v) -> std::optional<int64_t> {
    if (v + 1 == vectors && lastLanes != width)
      return lastLanes;
    return std::nullopt;
  };
  auto placeOf = [&](unsigned r, unsigned v) -> At {
    return {add(row, index(r)), add(column, index(int64_t(v) * width)), 1, width};
  };
  SmallVector<Value> start;
  inScope([&] {
    if (Value c = product.op.getC()) {
      for (unsigned r = 0; r < rows; ++r)
        for (unsigned v = 0; v < vectors; ++v)
          start.push_back(evaluateStored(c, placeOf(r, v)));
    } else {
      start.assign(rows * vectors, constant(product.element, 0, width));
    }
  });
  auto body = scf::ForOp::create(b, loc, index(0), product.depth, index(1), start);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(body.getBody());
    Value k = body.getInductionVar();
    SmallVector<Value> right, sums(body.getRegionIterArgs());
    inScope([&] {
      for (unsigned v = 0; v < vectors; ++v)
        right.push_back(loadRight(product, k, column, panel, v, lanesOf(v)));
    });
    for (unsigned r = 0; r < rows; ++r) {
      Value i = add(row, index(r));
      At at = product.op.getTransA() ? At{k, i, 1, 1} : At{i, k, 1, 1};
      Value factor = broadcast(loadHome(product.left, at), width);
      for (unsigned v = 0; v < vectors; ++v) {
        Value &sum = sums[r * vectors + v];
        sum = vector::FMAOp::create(b, loc, factor, right[v], sum);
      }
    }
    scf::YieldOp::create(b, loc, sums);
  }
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned v = 0; v < vectors; ++v)
      storeHome(product.result, body.getResult(r * vectors + v), placeOf(r, v), {lanesOf(v), {}});
}

/// Transposes a square of vectors: log2(n) rounds in which rows swap the halves of their lanes.
static void transposeVectors(OpBuilder &b, Location loc, MutableArrayRef<Value> rows) {
  int64_t n = rows.size();
  for (int64_t s = 1; s < n; s *= 2)
    for (int64_t i = 0; i < n; ++i) {
      if (i & s)
        continue;
      SmallVector<int64_t> low, high;
      for (int64_t lane = 0; lane < n; ++lane) {
        low.push_back(lane & s ? lane - s + n : lane);
        high.push_back(lane & s ? lane + n : lane + s);
      }
      Value upper = rows[i], lower = rows[i + s];
      rows[i] = vector::ShuffleOp::create(b, loc, upper, lower, low);
      rows[i + s] = vector::ShuffleOp::create(b, loc, upper, lower, high);
    }
}

void TileLowering::packPanels(Value tile, const Panels &packed) {
  ArrayRef<int64_t> shape = tileShape(tile); // columns of the product x its depth
  unsigned width = widthFor(cast<ShapedType>(tile.getType()).getElementType());
  auto panelType = cast<MemRefType>(packed.memref.getType());
  int64_t lastRow = shape[0] - 1;
  // Kept as loops: unrolled they compile slower than everything else.
  loop(panelType.getDimSize(0), 1, [&](Value panel) {
    loop(packed.width, width, [&](Value column) {
      loop(llvm::alignTo(shape[1], width), width, [&](Value depth) {
        inScope([&] {
          Value first = add(arith::MulIOp::create(b, loc, panel, index(packed.width)), column);
          SmallVector<Value> vectors;
          for (unsigned v = 0; v < width; ++v) {
            Value row = add(first, index(v));
            if (shape[0] % packed.width)
              row = arith::MinSIOp::create(b, loc, row, index(lastRow));
            vectors.push_back(evaluateStored(tile, {row, depth, 1, width}));
          }
          transposeVectors(b, loc, vectors);
          for (unsigned v = 0; v < width; ++v)
            vector::StoreOp::create(b, loc, vectors[v], packed.memref,
                                    ValueRange{panel, add(depth, index(v)), column});
        });
      });
    });
  });
}

} // namespace attn::cpu
