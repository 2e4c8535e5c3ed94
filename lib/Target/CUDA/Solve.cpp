// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Unit triangular systems by substitution: a thread or a pair of threads per column of the right side, matrix and columns
// in shared memory.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

/// Rows that a thread solves together, so that what it reads of earlier rows serves all of them; and numbers of a row of
/// the matrix that it reads together.
constexpr int64_t rowsTogether = 8, readTogether = 4;

/// Where the matrix and the columns lie in the exchange area, as numbers from its start.
struct KernelLowering::SolveArea {
  int64_t rows;        ///< the system's, up to a multiple of `rowsTogether`; what lies behind its own reaches none of them
  int64_t pitch;       ///< of the matrix: whole reads, and eight rows that begin in different banks
  int64_t columnPitch; ///< of the columns
  int64_t columnStart() const { return rows * pitch; }
  int64_t size() const { return columnStart() + rows * columnPitch; }
};

/// Puts both operands where the substitution reads them. A transposed system is turned: forward substitution from its last
/// row on.
void KernelLowering::publishSystem(SolveOp op, const SolveArea &area) {
  int64_t n = cast<ShapedType>(op.getA().getType()).getDimSize(0);
  auto fromEnd = [&](Value i) -> Value { return arith::SubIOp::create(b, loc, index(n - 1), i); };
  auto write = [&](Value tile, llvm::function_ref<void(Value, Value, Value)> place) {
    FragmentLayout layout = layoutOf(tile);
    const Registers &values = tiles[tile];
    for (int64_t i = 0; i < layout.size(); ++i) {
      FragmentLayout::Place at = layout.place(i);
      guarded(exists(layout, at), [&] { place(values[i], rowOf(layout, at), colOf(layout, at)); });
    }
  };
  write(op.getA(), [&](Value value, Value row, Value col) {
    op.getTrans() ? put(value, fromEnd(col), fromEnd(row), area.pitch) : put(value, row, col, area.pitch);
  });
  write(op.getB(), [&](Value value, Value row, Value col) {
    col = arith::AddIOp::create(b, loc, col, index(area.columnStart()));
    put(value, op.getTrans() ? fromEnd(row) : row, col, area.columnPitch);
  });
}

/// Adds to some rows what the matrix's columns from one on take of `known`, their numbers of the solution.
void KernelLowering::addRows(Registers &sums, const SolveArea &area, Value firstRow, Value firstCol, ValueRange known,
                             bool triangle) {
  Type element = sums.front().getType();
  auto read = VectorType::get({readTogether}, element);
  for (int64_t i = 0; i < rowsTogether; ++i) {
    int64_t count = triangle ? std::min<int64_t>(known.size(), i) : known.size();
    for (int64_t k = 0; k < count; k += readTogether) {
      Value row = arith::AddIOp::create(b, loc, firstRow, index(i));
      Value col = arith::AddIOp::create(b, loc, firstCol, index(k));
      Value pointer = sharedPointer(exchangeOffset(element, row, col, area.pitch));
      Value factors = LLVM::LoadOp::create(b, loc, read, pointer, /*alignment=*/16);
      for (int64_t j = 0; j < std::min(readTogether, count - k); ++j) {
        Value number = LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(j));
        Value factor = LLVM::ExtractElementOp::create(b, loc, factors, number);
        // Of the rows themselves, those above are solved by now.
        Value other = triangle ? sums[k + j] : known[k + j];
        sums[i] = LLVM::FMAOp::create(b, loc, factor, other, sums[i]);
      }
    }
  }
}

Registers KernelLowering::lowerSolve(SolveOp op) {
  auto shape = cast<ShapedType>(op.getType()).getShape();
  Type element = op.getType().getElementType();
  SolveArea area;
  area.rows = llvm::alignTo(shape[0], rowsTogether);
  area.pitch = area.rows + readTogether;
  area.columnPitch = shape[1] + readTogether;
  exchangeBytes = std::max(exchangeBytes, area.size() * int64_t(element.getIntOrFloatBitWidth() / 8));
  barrier(); // whoever reads the area is done
  publishSystem(op, area);
  wroteSinceBarrier = true;
  beforeSharedRead();
  // Threads of a pair take the columns of the matrix in turn; a warp has both or neither.
  int64_t threads = warps * 32, parts = shape[1] * 2 <= threads && shape[1] % 16 == 0 ? 2 : 1;
  Value part = arith::RemUIOp::create(b, loc, thread, index(parts));
  Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, part, index(0));
  Value column = arith::DivUIOp::create(b, loc, thread, index(parts)), zero = constant(element, 0.0);
  auto perColumn = scf::ForOp::create(b, loc, column, index(shape[1]), index(threads / parts));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(perColumn.getBody());
    Value col = arith::AddIOp::create(b, loc, perColumn.getInductionVar(), index(area.columnStart()));
    auto perRows = scf::ForOp::create(b, loc, index(0), index(area.rows), index(rowsTogether));
    b.setInsertionPointToStart(perRows.getBody());
    Value row = perRows.getInductionVar();
    auto rowAt = [&](Value first, int64_t i) -> Value { return arith::AddIOp::create(b, loc, first, index(i)); };
    Registers sums;
    for (int64_t i = 0; i < rowsTogether; ++i) {
      Value start = fetch(element, rowAt(row, i), col, area.columnPitch);
      sums.push_back(arith::SelectOp::create(b, loc, isFirst, start, zero));
    }
    Value firstAbove = arith::MulIOp::create(b, loc, part, index(readTogether));
    auto above = scf::ForOp::create(b, loc, firstAbove, row, index(readTogether * parts), sums);
    {
      OpBuilder::InsertionGuard innerGuard(b);
      b.setInsertionPointToStart(above.getBody());
      Registers known, next(above.getRegionIterArgs());
      for (int64_t k = 0; k < readTogether; ++k)
        known.push_back(fetch(element, rowAt(above.getInductionVar(), k), col, area.columnPitch));
      addRows(next, area, row, above.getInductionVar(), known, /*triangle=*/false);
      scf::YieldOp::create(b, loc, next);
    }
    sums = Registers(above.getResults());
    for (Value &sum : sums)
      if (parts == 2)
        sum = arith::AddFOp::create(b, loc, sum, shuffle(sum, 1));
    addRows(sums, area, row, row, sums, /*triangle=*/true);
    guarded(isFirst, [&] {
      for (int64_t i = 0; i < rowsTogether; ++i)
        put(sums[i], rowAt(row, i), col, area.columnPitch);
    });
    if (parts == 2)
      assembly("bar.warp.sync 0xffffffff;", "~{memory}", Type(), {}, /*sideEffects=*/true);
  }
  wroteSinceBarrier = true;
  return fetchTile(op.getType(), area.columnPitch, [&](Value i, Value j) {
    if (op.getTrans())
      i = arith::SubIOp::create(b, loc, index(shape[0] - 1), i);
    return std::make_pair(i, Value(arith::AddIOp::create(b, loc, j, index(area.columnStart()))));
  });
}

} // namespace attn::cuda
