// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles from tiles: the product, the solve, and the ops that only move elements.
#include "lib/Interpreter/Elementwise.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

/// sums[j] += factor * row[j]; in stored mode each sum is rounded to f32.
template <bool rounds> static void addRow(double *sums, double factor, const double *row, int64_t size) {
  for (int64_t j = 0; j < size; ++j) {
    double sum = sums[j] + factor * row[j];
    sums[j] = rounds ? static_cast<double>(static_cast<float>(sum)) : sum;
  }
}

static Tile transposed(const Tile &source) {
  Tile result(source.element, {source.cols(), source.rows()});
  for (int64_t row = 0, number = 0; row < result.rows(); ++row)
    for (int64_t col = 0; col < result.cols(); ++col, ++number)
      result.copy(number, source, col * source.cols() + row);
  return result;
}

/// The sum of every element runs from its first product to its last.
Tile attn::interpreter::multiply(Machine &machine, const Tile &a, const Tile &b, const Tile *c, bool transA,
                                 bool transB) {
  Tile turnedA, turnedB;
  const Tile &left = transA ? turnedA = transposed(a) : a, &right = transB ? turnedB = transposed(b) : b;
  Tile result(a.element == Element::f64 ? Element::f64 : Element::f32, {left.rows(), right.cols()});
  if (c)
    result.reals = c->reals;
  bool rounds = machine.options.mode == NumberMode::stored && result.element == Element::f32;
  int64_t depth = left.cols(), cols = result.cols();
  for (int64_t i = 0; i < result.rows(); ++i)
    for (int64_t k = 0; k < depth; ++k) {
      double factor = left.reals[i * depth + k];
      double *sums = result.reals.data() + i * cols;
      const double *row = right.reals.data() + k * cols;
      rounds ? addRow<true>(sums, factor, row, cols) : addRow<false>(sums, factor, row, cols);
    }
  return result;
}

static LogicalResult runMma(Machine &machine, Operation *op) {
  auto mma = cast<tile::MmaOp>(op);
  const Tile *c = mma.getC() ? &machine.tile(mma.getC()) : nullptr;
  machine.bind(mma, multiply(machine, machine.tile(mma.getA()), machine.tile(mma.getB()), c, mma.getTransA(),
                             mma.getTransB()));
  return success();
}

/// X = B + A X row by row, downwards; the transposed system X = B + Aᵀ X upwards.
static LogicalResult runSolve(Machine &machine, Operation *op) {
  auto solve = cast<tile::SolveOp>(op);
  const Tile &a = machine.tile(solve.getA());
  Tile result = machine.tile(solve.getB());
  int64_t size = a.rows(), cols = result.cols();
  bool trans = solve.getTrans();
  for (int64_t step = 0; step < size; ++step) {
    int64_t i = trans ? size - 1 - step : step;
    for (int64_t k = trans ? i + 1 : 0, end = trans ? size : i; k < end; ++k) {
      double factor = trans ? a.reals[k * size + i] : a.reals[i * size + k];
      for (int64_t j = 0; j < cols; ++j)
        result.reals[i * cols + j] = machine.round(
            result.element, result.reals[i * cols + j] + factor * result.reals[k * cols + j]);
    }
  }
  machine.bind(solve, std::move(result));
  return success();
}

static LogicalResult runBroadcast(Machine &machine, Operation *op) {
  const Tile &source = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  for (int64_t row = 0, number = 0; row < result.rows(); ++row)
    for (int64_t col = 0; col < result.cols(); ++col, ++number)
      result.copy(number, source, (source.rows() == 1 ? 0 : row) * source.cols() + (source.cols() == 1 ? 0 : col));
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

static LogicalResult runIota(Machine &machine, Operation *op) {
  auto iota = cast<tile::IotaOp>(op);
  int64_t start = machine.integer(iota.getStart());
  Tile result = makeResult(op);
  for (int64_t row = 0, number = 0; row < result.rows(); ++row)
    for (int64_t col = 0; col < result.cols(); ++col, ++number) {
      int64_t position = start + (iota.getDim() == 0 ? row : col);
      if (position != wrap(position, 32))
        return machine.fail(op, "expects positions that fit i32, but got " + Twine(position));
      result.integers[number] = position;
    }
  machine.bind(iota, std::move(result));
  return success();
}

static LogicalResult runTranspose(Machine &machine, Operation *op) {
  machine.bind(op->getResult(0), transposed(machine.tile(op->getOperand(0))));
  return success();
}

static LogicalResult runShear(Machine &machine, Operation *op) {
  auto shear = cast<tile::ShearOp>(op);
  const Tile &source = machine.tile(shear.getSource());
  Tile result = makeResult(op);
  for (int64_t row = 0, number = 0; row < result.rows(); ++row) {
    int64_t shift = result.rows() - 1 - row;
    for (int64_t col = 0; col < result.cols(); ++col, ++number) {
      int64_t from = shear.getInverse() ? col + shift : col - shift;
      if (from >= 0 && from < source.cols())
        result.copy(number, source, row * source.cols() + from);
      else
        result.copy(number, machine.tile(shear.getFill()), 0);
    }
  }
  machine.bind(shear, std::move(result));
  return success();
}

void attn::interpreter::addComputeOps(HandlerTable &table) {
  table["tile.mma"] = runMma;
  table["tile.solve"] = runSolve;
  table["tile.broadcast"] = runBroadcast;
  table["tile.iota"] = runIota;
  table["tile.transpose"] = runTranspose;
  table["tile.shear"] = runShear;
}
