// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles from tiles: the product, the solve, and the ops that only move elements.
#include "lib/Interpreter/Elementwise.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

/// One element after the other, each sum from the first product to the last; stored mode rounds every sum.
static LogicalResult runMma(Machine &machine, Operation *op) {
  auto mma = cast<tile::MmaOp>(op);
  const Tile &a = machine.tile(mma.getA()), &b = machine.tile(mma.getB());
  Tile result = makeResult(op);
  if (mma.getC())
    result.reals = machine.tile(mma.getC()).reals;
  int64_t depth = mma.getTransA() ? a.rows() : a.cols();
  int64_t rowA = mma.getTransA() ? 1 : a.cols(), stepA = mma.getTransA() ? a.cols() : 1;
  int64_t colB = mma.getTransB() ? b.cols() : 1, stepB = mma.getTransB() ? 1 : b.cols();
  bool rounds = machine.options.mode == NumberMode::stored && result.element == Element::f32;
  for (int64_t i = 0, number = 0; i < result.rows(); ++i)
    for (int64_t j = 0; j < result.cols(); ++j, ++number) {
      double sum = result.reals[number];
      const double *x = a.reals.data() + i * rowA, *y = b.reals.data() + j * colB;
      if (rounds)
        for (int64_t k = 0; k < depth; ++k)
          sum = static_cast<float>(sum + x[k * stepA] * y[k * stepB]);
      else
        for (int64_t k = 0; k < depth; ++k)
          sum += x[k * stepA] * y[k * stepB];
      result.reals[number] = sum;
    }
  machine.bind(mma, std::move(result));
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
  const Tile &source = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  for (int64_t row = 0, number = 0; row < result.rows(); ++row)
    for (int64_t col = 0; col < result.cols(); ++col, ++number)
      result.copy(number, source, col * source.cols() + row);
  machine.bind(op->getResult(0), std::move(result));
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
