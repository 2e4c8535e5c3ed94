// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element types of arrays and exact conversion between them: one rounding, to nearest even.
#ifndef ATTN_RUNTIME_SUPPORT_ELEMENT_H
#define ATTN_RUNTIME_SUPPORT_ELEMENT_H

#include "attn-rt/dlpack.h"

#include <optional>
#include <string_view>

namespace attn::rt {

/// What an array can hold. `index` is I64.
enum class Element : uint8_t { F64, F32, F16, BF16, I64, I32, I8, U8, Bool };

/// "f64", "bf16", "i1", …
const char *elementName(Element element);
int64_t elementBytes(Element element);
bool isFloat(Element element);
DLDataType elementType(Element element);
std::optional<Element> elementOf(DLDataType type);
/// Reads a name as MLIR writes it; `index`, `bool` and `ui8` are known too.
std::optional<Element> parseElement(std::string_view name);

/// A number as it was stored: integers stay exact.
struct Number {
  bool isInteger;
  int64_t integer;
  double real;

  static Number ofInteger(int64_t value) { return {true, value, double(value)}; }
  static Number ofReal(double value) { return {false, 0, value}; }
};

/// Reads one element. `data` need not be aligned.
Number loadElement(Element element, const void *data);

/// Writes one element, rounding to nearest even. False where an integer type cannot hold the number exactly.
bool storeElement(Element element, void *data, Number number);

/// Packs a number into a small IEEE-like format (f16: 5 and 10 bits, bf16: 8 and 7) with one rounding to nearest even.
uint16_t packSmallFloat(double value, int exponentBits, int mantissaBits);
double unpackSmallFloat(uint16_t bits, int exponentBits, int mantissaBits);

} // namespace attn::rt

#endif
