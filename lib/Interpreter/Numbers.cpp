// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element types, wrapping of integers and rounding of floats.
#include "lib/Interpreter/Numbers.h"
#include "llvm/ADT/APFloat.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace attn::interpreter;

bool attn::interpreter::isReal(Element element) {
  switch (element) {
  case Element::f16:
  case Element::bf16:
  case Element::f32:
  case Element::f64:
    return true;
  default:
    return false;
  }
}

unsigned attn::interpreter::bitWidth(Element element) {
  switch (element) {
  case Element::i1:
    return 1;
  case Element::i8:
    return 8;
  case Element::i16:
  case Element::f16:
  case Element::bf16:
    return 16;
  case Element::i32:
  case Element::f32:
    return 32;
  default:
    return 64;
  }
}

std::optional<Element> attn::interpreter::elementOf(Type type) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    type = shaped.getElementType();
  if (type.isIndex())
    return Element::index;
  if (type.isF64())
    return Element::f64;
  if (type.isF32())
    return Element::f32;
  if (type.isBF16())
    return Element::bf16;
  if (type.isF16())
    return Element::f16;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || !integer.isSignless())
    return std::nullopt;
  switch (integer.getWidth()) {
  case 1:
    return Element::i1;
  case 8:
    return Element::i8;
  case 16:
    return Element::i16;
  case 32:
    return Element::i32;
  case 64:
    return Element::i64;
  default:
    return std::nullopt;
  }
}

int64_t attn::interpreter::wrap(int64_t value, unsigned bits) {
  if (bits == 1)
    return value & 1;
  unsigned spare = 64 - bits;
  return static_cast<int64_t>(static_cast<uint64_t>(value) << spare) >> spare;
}

int64_t attn::interpreter::readSigned(int64_t value, unsigned bits) { return bits == 1 ? -value : value; }

uint64_t attn::interpreter::readUnsigned(int64_t value, unsigned bits) {
  uint64_t all = static_cast<uint64_t>(value);
  return bits == 64 ? all : all & ((uint64_t(1) << bits) - 1);
}

double attn::interpreter::roundReal(Element element, double value) {
  if (element == Element::f64)
    return value;
  if (element == Element::f32)
    return static_cast<float>(value);
  if (std::isnan(value))
    return value;
  llvm::APFloat number(value);
  bool inexact;
  number.convert(element == Element::f16 ? llvm::APFloat::IEEEhalf() : llvm::APFloat::BFloat(),
                 llvm::APFloat::rmNearestTiesToEven, &inexact);
  return number.convertToDouble();
}

Numbers::Numbers(Element element, int64_t count) : element(element) {
  if (isReal(element))
    reals.assign(count, 0.0);
  else
    integers.assign(count, 0);
}

void Numbers::copy(int64_t to, const Numbers &source, int64_t from) {
  if (isReal(element))
    reals[to] = source.reals[from];
  else
    integers[to] = source.integers[from];
}

static int64_t product(llvm::ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

Tile::Tile(Element element, llvm::ArrayRef<int64_t> shape) : Numbers(element, product(shape)), shape(shape) {}

Tile Tile::integer(Element element, int64_t value) {
  Tile scalar(element, {});
  scalar.integers[0] = wrap(value, bitWidth(element));
  return scalar;
}
