// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of a few rows with a transposed right operand that is read once: vectors run along the contracted dim, as the
// operand lies in memory, and the partial sums fold into one vector.
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

/// Lane i of the result is the sum of the lanes of the i-th vector: a tree in which two vectors become one. Null vectors
/// are zero.
static Value foldSums(OpBuilder &b, Location loc, SmallVector<Value> vectors, Value zero) {
  int64_t lanes = cast<VectorType>(zero.getType()).getNumElements();
  vectors.resize(lanes);
  for (int64_t s = 1; s < lanes; s *= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      low.push_back(lane & s ? lane - s + lanes : lane);
      high.push_back(lane & s ? lane + lanes : lane + s);
    }
    for (int64_t i = 0; i < lanes; i += 2 * s) {
      Value &first = vectors[i], second = vectors[i + s];
      if (!first && !second)
        continue;
      Value left = first ? first : zero, right = second ? second : zero;
      Value even = vector::ShuffleOp::create(b, loc, left, right, low);
      Value odd = vector::ShuffleOp::create(b, loc, left, right, high);
      first = arith::AddFOp::create(b, loc, even, odd);
    }
  }
  return vectors[0];
}

LogicalResult TileLowering::lowerDotRows(const BlockPlan &plan, MmaOp op, unsigned number) {
  Type element = op.getType().getElementType();
  unsigned width = widthFor(element);
  int64_t allRows = tileShape(op.getResult())[0];
  const Home *left = findHome(op.getA());
  if (!left)
    return op.emitError("expects the left operand to have a home");
  Home source = *left, result = homeForResult(plan, number, op.getResult());
  Value zero = constant(element, 0, width);
  // A vector holds the sums of at most as many rows as it has lanes.
  for (int64_t first = 0; first < allRows; first += width)
    dotRows(op, source, result, {first, std::min<int64_t>(allRows - first, width)}, zero);
  homes[op.getResult()] = result;
  return success();
}

void TileLowering::dotRows(MmaOp op, const Home &source, const Home &result, RowRange rows, Value zero) {
  auto width = unsigned(cast<VectorType>(zero.getType()).getNumElements());
  int64_t cols = tileShape(op.getResult())[1], depth = tileShape(op.getB())[1];
  // As many columns at a time as fill a vector with their sums, and divide the columns.
  int64_t together = llvm::bit_floor(uint64_t(width / rows.count));
  while (cols % together != 0)
    together /= 2;
  auto step = [&](Value column, Value k, int64_t lanes, MutableArrayRef<Value> sums) {
    auto existing = [&](Value vector) -> Value {
      if (lanes == width)
        return vector;
      return arith::SelectOp::create(b, loc, maskOf({lanes, {}}, width), vector, zero);
    };
    SmallVector<Value> factors;
    for (int64_t r = 0; r < rows.count; ++r)
      factors.push_back(existing(loadHome(source, {index(rows.first + r), k, 1, width})));
    for (int64_t c = 0; c < together; ++c) {
      Value vector = existing(evaluateStored(op.getB(), {add(column, index(c)), k, 1, width}));
      for (int64_t r = 0; r < rows.count; ++r) {
        Value &sum = sums[r * together + c];
        sum = vector::FMAOp::create(b, loc, factors[r], vector, sum);
      }
    }
  };
  loop(cols, together, [&](Value column) {
    SmallVector<Value> sums(rows.count * together, zero);
    int64_t full = depth / width * width;
    if (full > 0) {
      auto body = scf::ForOp::create(b, loc, index(0), index(full), index(width), sums);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(body.getBody());
      sums.assign(body.getRegionIterArgs().begin(), body.getRegionIterArgs().end());
      inScope([&] { step(column, body.getInductionVar(), width, sums); });
      scf::YieldOp::create(b, loc, sums);
      sums.assign(body.getResults().begin(), body.getResults().end());
    }
    if (depth % width)
      inScope([&] { step(column, index(full), depth % width, sums); });
    Value folded = foldSums(b, loc, sums, zero);
    inScope([&] {
      for (int64_t r = 0; r < rows.count; ++r) {
        Value part;
        if (together == 1)
          part = vector::ExtractOp::create(b, loc, folded, ArrayRef<int64_t>{r});
        else
          part = vector::ExtractStridedSliceOp::create(b, loc, folded, ArrayRef<int64_t>{r * together},
                                                       ArrayRef<int64_t>{together}, ArrayRef<int64_t>{1});
        At at{index(rows.first + r), column, 1, unsigned(together)};
        if (op.getC())
          part = arith::AddFOp::create(b, loc, part, evaluateStored(op.getC(), at));
        storeHome(result, part, at, {});
      }
    });
  });
}

} // namespace attn::cpu
