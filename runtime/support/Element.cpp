// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converts between stored numbers without ever rounding twice.
#include "runtime/support/Element.h"

#include <cmath>
#include <cstring>

namespace attn::rt {
namespace {

struct Row {
  Element element;
  const char *name;
  int64_t bytes;
  DLDataType type;
};

const Row rows[] = {
    {Element::F64, "f64", 8, {kDLFloat, 64, 1}}, {Element::F32, "f32", 4, {kDLFloat, 32, 1}},
    {Element::F16, "f16", 2, {kDLFloat, 16, 1}}, {Element::BF16, "bf16", 2, {kDLBfloat, 16, 1}},
    {Element::I64, "i64", 8, {kDLInt, 64, 1}},   {Element::I32, "i32", 4, {kDLInt, 32, 1}},
    {Element::I8, "i8", 1, {kDLInt, 8, 1}},      {Element::U8, "ui8", 1, {kDLUInt, 8, 1}},
    {Element::Bool, "i1", 1, {kDLBool, 8, 1}},
};

template <typename T> T read(const void *data) {
  T value;
  memcpy(&value, data, sizeof value);
  return value;
}

template <typename T> bool write(void *data, T value) {
  memcpy(data, &value, sizeof value);
  return true;
}

/// The double below in magnitude with its last bit set where it is not exact ("round to odd"): rounding that once more,
/// to 51 bits or fewer, equals rounding the integer once.
double roundToOdd(int64_t value) {
  uint64_t magnitude = value < 0 ? 0 - uint64_t(value) : uint64_t(value);
  if (magnitude >> 53) {
    int drop = 11 - __builtin_clzll(magnitude);
    uint64_t lost = magnitude & ((uint64_t(1) << drop) - 1);
    magnitude = (magnitude >> drop | (lost != 0)) << drop;
  }
  return value < 0 ? -double(magnitude) : double(magnitude);
}

template <typename T> bool storeInteger(void *data, Number number, int64_t low, int64_t high) {
  int64_t value = number.integer;
  if (!number.isInteger) {
    // Every double strictly inside ±2^63 that is whole converts exactly.
    if (!(number.real >= -0x1p63 && number.real < 0x1p63) || number.real != std::trunc(number.real))
      return false;
    value = int64_t(number.real);
  }
  return value >= low && value <= high && write(data, T(value));
}

} // namespace

const char *elementName(Element element) { return rows[size_t(element)].name; }
int64_t elementBytes(Element element) { return rows[size_t(element)].bytes; }
bool isFloat(Element element) { return element <= Element::BF16; }
DLDataType elementType(Element element) { return rows[size_t(element)].type; }

std::optional<Element> elementOf(DLDataType type) {
  for (const Row &row : rows)
    if (row.type.code == type.code && row.type.bits == type.bits && row.type.lanes == type.lanes)
      return row.element;
  return std::nullopt;
}

std::optional<Element> parseElement(std::string_view name) {
  for (const Row &row : rows)
    if (name == row.name)
      return row.element;
  if (name == "index")
    return Element::I64;
  if (name == "bool")
    return Element::Bool;
  if (name == "u8")
    return Element::U8;
  return std::nullopt;
}

uint16_t packSmallFloat(double value, int exponentBits, int mantissaBits) {
  uint64_t bits = read<uint64_t>(&value);
  uint64_t sign = (bits >> 63) << (exponentBits + mantissaBits);
  uint64_t infinity = ((uint64_t(1) << exponentBits) - 1) << mantissaBits;
  if (value != value)
    return uint16_t(sign | infinity | uint64_t(1) << (mantissaBits - 1));
  int bias = (1 << (exponentBits - 1)) - 1, exponent = int(bits >> 52 & 0x7FF) - 1023;
  if (exponent == 1024)
    return uint16_t(sign | infinity);
  if (exponent == -1023)
    return uint16_t(sign); // zero, or far below the smallest small float
  uint64_t mantissa = (bits & ((uint64_t(1) << 52) - 1)) | uint64_t(1) << 52;
  int extra = exponent < 1 - bias ? 1 - bias - exponent : 0, shift = 52 - mantissaBits + extra;
  if (shift > 54)
    return uint16_t(sign);
  uint64_t kept = mantissa >> shift, lost = mantissa & ((uint64_t(1) << shift) - 1), half = uint64_t(1) << (shift - 1);
  kept += lost > half || (lost == half && (kept & 1));
  // A carry runs from the mantissa into the exponent by itself.
  uint64_t packed = extra ? kept : (uint64_t(exponent + bias) << mantissaBits) + kept - (uint64_t(1) << mantissaBits);
  return uint16_t(sign | (packed > infinity ? infinity : packed));
}

double unpackSmallFloat(uint16_t bits, int exponentBits, int mantissaBits) {
  int top = (1 << exponentBits) - 1, exponent = bits >> mantissaBits & top, bias = top >> 1;
  int mantissa = bits & ((1 << mantissaBits) - 1);
  double sign = bits >> 15 ? -1 : 1;
  if (exponent == top)
    return mantissa ? std::nan("") : sign * HUGE_VAL;
  if (exponent == 0)
    return sign * std::ldexp(double(mantissa), 1 - bias - mantissaBits);
  return sign * std::ldexp(double(mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
}

Number loadElement(Element element, const void *data) {
  switch (element) {
  case Element::F64: return Number::ofReal(read<double>(data));
  case Element::F32: return Number::ofReal(double(read<float>(data)));
  case Element::F16: return Number::ofReal(unpackSmallFloat(read<uint16_t>(data), 5, 10));
  case Element::BF16: return Number::ofReal(unpackSmallFloat(read<uint16_t>(data), 8, 7));
  case Element::I64: return Number::ofInteger(read<int64_t>(data));
  case Element::I32: return Number::ofInteger(read<int32_t>(data));
  case Element::I8: return Number::ofInteger(read<int8_t>(data));
  case Element::U8: return Number::ofInteger(read<uint8_t>(data));
  case Element::Bool: return Number::ofInteger(read<uint8_t>(data) != 0);
  }
  return Number::ofInteger(0);
}

bool storeElement(Element element, void *data, Number number) {
  double exact = number.isInteger ? roundToOdd(number.integer) : number.real;
  switch (element) {
  case Element::F64: return write(data, number.isInteger ? double(number.integer) : number.real);
  case Element::F32: return write(data, float(exact));
  case Element::F16: return write(data, packSmallFloat(exact, 5, 10));
  case Element::BF16: return write(data, packSmallFloat(exact, 8, 7));
  case Element::I64: return storeInteger<int64_t>(data, number, INT64_MIN, INT64_MAX);
  case Element::I32: return storeInteger<int32_t>(data, number, INT32_MIN, INT32_MAX);
  case Element::I8: return storeInteger<int8_t>(data, number, INT8_MIN, INT8_MAX);
  case Element::U8: return storeInteger<uint8_t>(data, number, 0, UINT8_MAX);
  case Element::Bool: return storeInteger<uint8_t>(data, number, 0, 1);
  }
  return false;
}

} // namespace attn::rt
