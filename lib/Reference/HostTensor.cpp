// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host tensors: storage, indexing, and rounding to a storage type.
#include "lib/Reference/HostTensor.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace attn::reference;

bool attn::reference::isFloat(Element element) { return element >= Element::f16; }

const char *attn::reference::elementName(Element element) {
  static const char *const names[] = {"i1", "i8", "i16", "i32", "i64", "index", "f16", "bf16", "f32", "f64"};
  return names[static_cast<int>(element)];
}

Element attn::reference::computeElement(Element storage) {
  return storage == Element::f64 ? Element::f64 : Element::f32;
}

/// Rounds to `precision` significant bits, ties to even, where the result needs no denormal and cannot overflow: adds
/// half a unit to the bits of the double and drops the rest.
static double roundToBits(double value, int precision) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  int dropped = 53 - precision;
  bits += (uint64_t(1) << (dropped - 1)) - 1 + (bits >> dropped & 1);
  bits &= ~uint64_t(0) << dropped;
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

/// Rounds to `precision` significant bits on a grid no finer than 2^smallest: one rounding, straight from the double.
static double roundToGrid(double value, int precision, int smallest, double largest) {
  if (value == 0.0 || !std::isfinite(value))
    return value;
  double size = std::fabs(value);
  if (size < largest / 2 && size >= std::ldexp(1.0, smallest + precision))
    return roundToBits(value, precision);
  int exponent;
  std::frexp(value, &exponent); // |value| in [2^(exponent-1), 2^exponent)
  int unit = std::max(exponent - precision, smallest);
  double rounded = std::ldexp(std::nearbyint(std::ldexp(value, -unit)), unit);
  return std::fabs(rounded) > largest ? std::copysign(std::numeric_limits<double>::infinity(), value) : rounded;
}

double attn::reference::roundTo(Element element, double value) {
  switch (element) {
  case Element::f16:
    return roundToGrid(value, 11, -24, 65504.0);
  case Element::bf16:
    return roundToGrid(value, 8, -133, std::ldexp(255.0, 120));
  case Element::f32:
    return static_cast<double>(static_cast<float>(value)); // to nearest even, as the conversion does
  default:
    return value;
  }
}

HostTensor::HostTensor(Element element, std::vector<int64_t> shape, double fill)
    : element(element), shape(std::move(shape)) {
  int64_t count = countElements(this->shape, std::numeric_limits<int64_t>::max());
  values.assign(std::max<int64_t>(count, 0), fill);
}

HostTensor::HostTensor(Element element, std::vector<int64_t> shape, std::vector<double> values)
    : element(element), shape(std::move(shape)), values(std::move(values)) {}

int64_t HostTensor::offset(const int64_t *indices) const {
  int64_t number = 0;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    number = number * shape[dim] + indices[dim];
  return number;
}

void HostTensor::markUnspecified(int64_t number) {
  if (unspecified.empty())
    unspecified.assign(values.size(), false);
  unspecified[number] = true;
}

void HostTensor::round() {
  if (isFloat(element))
    for (double &value : values)
      value = roundTo(element, value);
}

int64_t attn::reference::countElements(const std::vector<int64_t> &shape, int64_t limit) {
  if (std::any_of(shape.begin(), shape.end(), [](int64_t extent) { return extent < 0; }))
    return -1;
  if (std::find(shape.begin(), shape.end(), 0) != shape.end())
    return 0;
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (extent > limit / count)
      return -1;
    count *= extent;
  }
  return count;
}

std::string attn::reference::describe(const HostTensor &tensor) {
  std::string text;
  for (int64_t extent : tensor.shape)
    text += std::to_string(extent) + "x";
  return text + elementName(tensor.element);
}
