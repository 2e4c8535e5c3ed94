// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tolerances from the error of a plain implementation in the same types.
#include "lib/Reference/Tolerance.h"
#include <algorithm>
#include <cmath>

using namespace attn::reference;

/// A larger number for a less precise type.
static int coarseness(Element element) {
  switch (element) {
  case Element::f32: return 1;
  case Element::f16: return 2;
  case Element::bf16: return 3;
  default: return 0;
  }
}

Bounds attn::reference::floorOf(Element result, Element storage) {
  if (!isFloat(result))
    return {};
  switch (result) {
  case Element::f64: return {1e-12, 1e-12};
  case Element::f16: return {std::ldexp(1.0, -10), std::ldexp(1.0, -11)};
  case Element::bf16: return {std::ldexp(1.0, -7), std::ldexp(1.0, -8)};
  default: break;
  }
  // f32: hardware approximations of exp and its kin are allowed where storage has 16 bits.
  if (coarseness(storage) > coarseness(Element::f32))
    return {std::ldexp(1.0, -12), std::ldexp(1.0, -12)};
  return {std::ldexp(1.0, -19), std::ldexp(1.0, -20)};
}

Bounds attn::reference::differenceOf(const HostTensor &got, const HostTensor &wanted) {
  double difference = 0, square = 0, maxAbs = 0, largest = 1;
  for (int64_t n = 0; n < std::min(got.size(), wanted.size()); ++n) {
    if (got.isUnspecified(n) || wanted.isUnspecified(n) || !std::isfinite(got.values[n]) ||
        !std::isfinite(wanted.values[n]))
      continue;
    double error = std::fabs(got.values[n] - wanted.values[n]);
    difference += error * error;
    square += wanted.values[n] * wanted.values[n];
    maxAbs = std::max(maxAbs, error);
    largest = std::max(largest, std::fabs(wanted.values[n]));
  }
  return {maxAbs / largest, square == 0 ? 0 : std::sqrt(difference / square)};
}

Bounds attn::reference::toleranceOf(const HostTensor &exact, const HostTensor &sameType, Element storage) {
  Bounds floor = floorOf(exact.element, storage);
  if (!isFloat(exact.element))
    return floor;
  Bounds naive = differenceOf(sameType, exact);
  return {2 * naive.maxAbs + floor.maxAbs, 2 * naive.rms + floor.rms};
}

Element attn::reference::narrowestFloat(const std::vector<HostTensor> &tensors) {
  Element narrowest = Element::f64;
  for (const HostTensor &tensor : tensors)
    if (isFloat(tensor.element) && coarseness(tensor.element) > coarseness(narrowest))
      narrowest = tensor.element;
  return narrowest;
}
