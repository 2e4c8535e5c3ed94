// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a function of numbers becomes the handler of an op on scalars and tiles.
#pragma once

#include "lib/Interpreter/Machine.h"

namespace attn::interpreter {

/// The result tile of an op, still zero.
inline Tile makeResult(mlir::Operation *op, unsigned number = 0) {
  mlir::Type type = op->getResult(number).getType();
  auto shaped = mlir::dyn_cast<mlir::ShapedType>(type);
  return Tile(*elementOf(type), shaped ? shaped.getShape() : llvm::ArrayRef<int64_t>());
}

/// result = fn(a)
template <double (*fn)(double)> mlir::LogicalResult realUnary(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.reals[i] = fn(a.reals[i]);
  machine.bind(op->getResult(0), std::move(result));
  return mlir::success();
}

/// result = fn(a, b)
template <double (*fn)(double, double)> mlir::LogicalResult realBinary(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine.tile(op->getOperand(0)), &b = machine.tile(op->getOperand(1));
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.reals[i] = fn(a.reals[i], b.reals[i]);
  machine.bind(op->getResult(0), std::move(result));
  return mlir::success();
}

/// result = fn(a, b, c)
template <double (*fn)(double, double, double)> mlir::LogicalResult realTernary(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine.tile(op->getOperand(0)), &b = machine.tile(op->getOperand(1)),
             &c = machine.tile(op->getOperand(2));
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.reals[i] = fn(a.reals[i], b.reals[i], c.reals[i]);
  machine.bind(op->getResult(0), std::move(result));
  return mlir::success();
}

/// result = fn(a), an i1
template <bool (*fn)(double)> mlir::LogicalResult realTest(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.integers[i] = fn(a.reals[i]);
  machine.bind(op->getResult(0), std::move(result));
  return mlir::success();
}

/// result = fn(a, bits)
template <int64_t (*fn)(int64_t, unsigned)> mlir::LogicalResult integerUnary(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  unsigned bits = bitWidth(a.element);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.integers[i] = wrap(fn(a.integers[i], bits), bits);
  machine.bind(op->getResult(0), std::move(result));
  return mlir::success();
}

/// result = fn(a, b, bits); nothing where it is undefined.
template <std::optional<int64_t> (*fn)(int64_t, int64_t, unsigned)>
mlir::LogicalResult integerBinary(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine.tile(op->getOperand(0)), &b = machine.tile(op->getOperand(1));
  Tile result = makeResult(op);
  unsigned bits = bitWidth(a.element);
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    std::optional<int64_t> value = fn(a.integers[i], b.integers[i], bits);
    if (!value)
      return machine.fail(op, "is undefined for " + llvm::Twine(a.integers[i]) + " and " + llvm::Twine(b.integers[i]));
    result.integers[i] = wrap(*value, bits);
  }
  machine.bind(op->getResult(0), std::move(result));
  return mlir::success();
}

} // namespace attn::interpreter
