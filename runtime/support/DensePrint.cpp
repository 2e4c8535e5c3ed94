// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints arrays the way MLIR prints dense attributes, so that FileCheck patterns look alike.
#include "runtime/support/DenseText.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

namespace attn::rt {
namespace {

std::string hexadecimal(const Array &array, int64_t number) {
  uint64_t bits = 0;
  char bytes[8] = {};
  storeElement(array.element(), bytes, array.get(number));
  memcpy(&bits, bytes, sizeof bits);
  return formatText("0x%0*llX", int(2 * elementBytes(array.element())), (unsigned long long)bits);
}

/// Whether the text reads back as the same stored bits.
bool readsBack(Element element, const std::string &text, double value) {
  char wanted[8] = {}, got[8] = {};
  storeElement(element, wanted, Number::ofReal(value));
  storeElement(element, got, Number::ofReal(strtod(text.c_str(), nullptr)));
  return memcmp(wanted, got, sizeof got) == 0;
}

std::string printFloat(const Array &array, int64_t number) {
  double value = array.real(number);
  if (!std::isfinite(value))
    return hexadecimal(array, number);
  std::string text = formatText("%.6e", value);
  if (readsBack(array.element(), text, value))
    return text;
  for (int digits = 8; digits < 17; ++digits) {
    text = formatText("%.*e", digits, value);
    if (readsBack(array.element(), text, value))
      return text;
  }
  return text;
}

std::string printElement(const Array &array, int64_t number) {
  if (isFloat(array.element()))
    return printFloat(array, number);
  int64_t value = array.get(number).integer;
  if (array.element() == Element::Bool)
    return value ? "true" : "false";
  return std::to_string(value);
}

void printLevel(const Array &array, size_t depth, int64_t &number, std::string &text) {
  if (depth == array.shape().size()) {
    text += printElement(array, number++);
    return;
  }
  text += '[';
  for (int64_t i = 0; i < array.shape()[depth]; ++i) {
    text += i ? ", " : "";
    printLevel(array, depth + 1, number, text);
  }
  text += ']';
}

bool isSplat(const Array &array) {
  for (int64_t i = 1; i < array.size(); ++i) {
    Number first = array.get(0), other = array.get(i);
    if (memcmp(&first.real, &other.real, sizeof first.real) || first.integer != other.integer)
      return false;
  }
  return array.size() > 0;
}

} // namespace

std::string printDense(const Array &array) {
  std::string text = "dense<";
  int64_t number = 0;
  if (isSplat(array))
    text += printElement(array, 0);
  else if (array.size())
    printLevel(array, 0, number, text);
  text += "> : tensor<";
  for (int64_t extent : array.shape())
    text += std::to_string(extent) + "x";
  return text + elementName(array.element()) + ">";
}

} // namespace attn::rt
