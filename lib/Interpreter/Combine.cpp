// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tile.reduce and tile.scan: elements combined along a dim, from its first to its last.
#include "lib/Interpreter/Elementwise.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

static double combineReals(tile::CombineKind kind, double a, double b) {
  bool isNaN = std::isnan(a) || std::isnan(b);
  switch (kind) {
  case tile::CombineKind::add:
    return a + b;
  case tile::CombineKind::mul:
    return a * b;
  case tile::CombineKind::max:
    return isNaN ? std::numeric_limits<double>::quiet_NaN() : std::max(a, b);
  case tile::CombineKind::min:
    return isNaN ? std::numeric_limits<double>::quiet_NaN() : std::min(a, b);
  }
  return 0;
}

static int64_t combineIntegers(tile::CombineKind kind, int64_t a, int64_t b, unsigned bits) {
  switch (kind) {
  case tile::CombineKind::add:
    return wrap(int64_t(uint64_t(a) + uint64_t(b)), bits);
  case tile::CombineKind::mul:
    return wrap(int64_t(uint64_t(a) * uint64_t(b)), bits);
  case tile::CombineKind::max:
    return std::max(a, b);
  case tile::CombineKind::min:
    return std::min(a, b);
  }
  return 0;
}

/// What combines with any number to that number.
static Tile identityOf(tile::CombineKind kind, Element element) {
  Tile identity(element, {});
  double infinity = std::numeric_limits<double>::infinity();
  int64_t lowest = wrap(int64_t(uint64_t(1) << (bitWidth(element) - 1)), bitWidth(element));
  static constexpr double units[] = {0, 1};
  bool extreme = kind == tile::CombineKind::max || kind == tile::CombineKind::min;
  bool isMax = kind == tile::CombineKind::max;
  if (isReal(element))
    identity.reals[0] = !extreme ? units[kind == tile::CombineKind::mul] : isMax ? -infinity : infinity;
  else
    identity.integers[0] = !extreme ? kind == tile::CombineKind::mul : isMax ? lowest : ~lowest;
  return identity;
}

/// accumulator[to] = combine(accumulator[from], source[number]), rounded as the mode asks.
static void combineInto(Machine &machine, tile::CombineKind kind, Tile &accumulator, int64_t to, int64_t from,
                        const Tile &source, int64_t number) {
  if (isReal(source.element))
    accumulator.reals[to] =
        machine.round(source.element, combineReals(kind, accumulator.reals[from], source.reals[number]));
  else
    accumulator.integers[to] = combineIntegers(kind, accumulator.integers[from], source.integers[number],
                                               bitWidth(source.element));
}

/// A combination given as a region of two scalars.
static LogicalResult combineByRegion(Machine &machine, Block &region, Tile &accumulator, int64_t to,
                                     const Tile &source, int64_t number) {
  Tile a(source.element, {}), b(source.element, {});
  a.copy(0, accumulator, to);
  b.copy(0, source, number);
  machine.bind(region.getArgument(0), std::move(a));
  machine.bind(region.getArgument(1), std::move(b));
  if (failed(machine.run(region)))
    return failure();
  accumulator.copy(to, machine.tile(region.getTerminator()->getOperand(0)), 0);
  return success();
}

static LogicalResult runReduce(Machine &machine, Operation *op) {
  auto reduce = cast<tile::ReduceOp>(op);
  const Tile &source = machine.tile(reduce.getSource());
  Tile result = makeResult(op);
  bool alongRows = reduce.getDim() == 0;
  for (int64_t row = 0, number = 0; row < source.rows(); ++row)
    for (int64_t col = 0; col < source.cols(); ++col, ++number) {
      int64_t to = alongRows ? col : row;
      if ((alongRows ? row : col) == 0)
        result.copy(to, source, number);
      else if (auto kind = reduce.getKind())
        combineInto(machine, *kind, result, to, to, source, number);
      else if (failed(combineByRegion(machine, reduce.getCombine().front(), result, to, source, number)))
        return failure();
    }
  machine.bind(reduce, std::move(result));
  return success();
}

static LogicalResult runScan(Machine &machine, Operation *op) {
  auto scan = cast<tile::ScanOp>(op);
  const Tile &source = machine.tile(scan.getSource());
  Tile result = makeResult(op);
  Tile identity = identityOf(scan.getKind(), source.element);
  bool alongRows = scan.getDim() == 0, exclusive = scan.getExclusive();
  int64_t length = alongRows ? source.rows() : source.cols(), lines = alongRows ? source.cols() : source.rows();
  int64_t stride = alongRows ? source.cols() : 1;
  for (int64_t line = 0; line < lines; ++line) {
    int64_t begin = alongRows ? line : line * source.cols();
    auto at = [&](int64_t step) { return begin + (scan.getReverse() ? length - 1 - step : step) * stride; };
    for (int64_t step = 0; step < length; ++step) {
      if (step == 0)
        exclusive ? result.copy(at(0), identity, 0) : result.copy(at(0), source, at(0));
      else
        combineInto(machine, scan.getKind(), result, at(step), at(step - 1), source, at(exclusive ? step - 1 : step));
    }
  }
  machine.bind(scan, std::move(result));
  return success();
}

void attn::interpreter::addCombineOps(HandlerTable &table) {
  table["tile.reduce"] = runReduce;
  table["tile.scan"] = runScan;
}
