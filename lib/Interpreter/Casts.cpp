// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions between element types.
#include "lib/Interpreter/Elementwise.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include <cmath>

using namespace mlir;
using namespace attn::interpreter;

/// Integers to integers, read with or without their sign.
template <bool isSigned> static LogicalResult integerCast(Machine &machine, Operation *op) {
  const Tile &source = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  unsigned from = bitWidth(source.element), to = bitWidth(result.element);
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    int64_t value = source.integers[i];
    result.integers[i] = wrap(isSigned ? readSigned(value, from) : int64_t(readUnsigned(value, from)), to);
  }
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

template <bool isSigned> static LogicalResult integerToReal(Machine &machine, Operation *op) {
  const Tile &source = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  unsigned bits = bitWidth(source.element);
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    int64_t value = source.integers[i];
    result.reals[i] = isSigned ? double(readSigned(value, bits)) : double(readUnsigned(value, bits));
  }
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

/// Towards zero; a number that the integer type cannot hold is an error.
template <bool isSigned> static LogicalResult realToInteger(Machine &machine, Operation *op) {
  const Tile &source = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  unsigned bits = bitWidth(result.element);
  double end = std::ldexp(1.0, isSigned ? bits - 1 : bits), begin = isSigned ? -end : 0.0;
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    double value = std::trunc(source.reals[i]);
    if (!(value >= begin && value < end))
      return machine.fail(op, "is undefined for " + Twine(std::to_string(source.reals[i])));
    result.integers[i] = wrap(isSigned ? int64_t(value) : int64_t(uint64_t(value)), bits);
  }
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

/// Floats to floats; only stored mode rounds, when the result is bound.
static LogicalResult realCast(Machine &machine, Operation *op) {
  const Tile &source = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  result.reals = source.reals;
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

static const llvm::fltSemantics &semanticsOf(Element element) {
  switch (element) {
  case Element::f16:
    return llvm::APFloat::IEEEhalf();
  case Element::bf16:
    return llvm::APFloat::BFloat();
  case Element::f32:
    return llvm::APFloat::IEEEsingle();
  default:
    return llvm::APFloat::IEEEdouble();
  }
}

/// The bits of a number in its type; a float is rounded to it in every mode, as other bits do not exist.
static uint64_t bitsOf(const Tile &tile, int64_t i) {
  if (!isReal(tile.element))
    return readUnsigned(tile.integers[i], bitWidth(tile.element));
  llvm::APFloat number(tile.reals[i]);
  bool inexact;
  number.convert(semanticsOf(tile.element), llvm::APFloat::rmNearestTiesToEven, &inexact);
  return number.bitcastToAPInt().getZExtValue();
}

static LogicalResult bitcast(Machine &machine, Operation *op) {
  const Tile &source = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  unsigned width = bitWidth(result.element);
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    uint64_t bits = bitsOf(source, i);
    if (isReal(result.element)) {
      llvm::APFloat number(semanticsOf(result.element), llvm::APInt(width, bits));
      bool inexact;
      number.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &inexact);
      result.reals[i] = number.convertToDouble();
    } else {
      result.integers[i] = wrap(int64_t(bits), width);
    }
  }
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

void attn::interpreter::addCastOps(HandlerTable &table) {
  table["arith.extsi"] = integerCast<true>;
  table["arith.extui"] = integerCast<false>;
  table["arith.trunci"] = integerCast<true>;
  table["arith.index_cast"] = integerCast<true>;
  table["arith.index_castui"] = integerCast<false>;
  table["arith.sitofp"] = integerToReal<true>;
  table["arith.uitofp"] = integerToReal<false>;
  table["arith.fptosi"] = realToInteger<true>;
  table["arith.fptoui"] = realToInteger<false>;
  table["arith.extf"] = realCast;
  table["arith.truncf"] = realCast;
  table["arith.bitcast"] = bitcast;
}
