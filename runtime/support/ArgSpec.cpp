// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splits a spec at its colons; the parts after the first may come only in the order that ArgSpec.h states.
#include "runtime/support/ArgSpec.h"

#include "runtime/support/DenseText.h"
#include "runtime/support/Npy.h"
#include "runtime/support/Philox.h"

#include <algorithm>

namespace attn::rt {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

bool parseUnsigned(const std::string &text, uint64_t &value) {
  value = 0;
  for (char c : text)
    if (c < '0' || c > '9' || __builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, uint64_t(c - '0'), &value))
      return false;
  return !text.empty();
}

std::optional<Generator> parseGenerator(const std::string &name) {
  static const char *const names[] = {"normal", "uniform", "zeros", "ones", "ramp"};
  for (int i = 0; i < 5; ++i)
    if (name == names[i])
      return Generator(i);
  return std::nullopt;
}

Error badType(const std::string &name) {
  return makeError("expects element type f64, f32, f16, bf16, i64, i32, i8, ui8, i1 or index, but got '%s'",
                   name.c_str());
}

/// Takes a trailing "bnhd".
void takeOrder(std::vector<std::string> &parts, ArgSpec &spec) {
  spec.tokenMajor = parts.size() > 1 && parts.back() == "bnhd";
  if (spec.tokenMajor)
    parts.pop_back();
}

Result<ArgSpec> parseGenerated(std::string_view text) {
  ArgSpec spec{ArgSpec::Kind::Generated, "", {}, {}};
  std::vector<std::string> parts = split(text.substr(6), ':');
  takeOrder(parts, spec);
  if (parts.size() < 3 || parts.size() > 4)
    return makeError("expects shape=1x2x3x4:TYPE:GENERATOR[:SEED][:bnhd]");
  for (const std::string &extent : split(parts[0], 'x')) {
    uint64_t value;
    if (!parseUnsigned(extent, value) || value > INT64_MAX)
      return makeError("expects extents like 1x8x64x128, but got '%s'", parts[0].c_str());
    spec.shape.push_back(int64_t(value));
  }
  if (spec.shape.size() > 8)
    return makeError("expects at most 8 dims, but got %zu", spec.shape.size());
  spec.element = parseElement(parts[1]);
  if (!spec.element)
    return badType(parts[1]);
  std::optional<Generator> generator = parseGenerator(parts[2]);
  if (!generator)
    return makeError("expects generator normal, uniform, zeros, ones or ramp, but got '%s'", parts[2].c_str());
  spec.generator = *generator;
  spec.hasSeed = parts.size() == 4;
  if (spec.hasSeed && !parseUnsigned(parts[3], spec.seed))
    return makeError("expects a seed from 0 to 2^64 - 1, but got '%s'", parts[3].c_str());
  return spec;
}

/// A file or a value with an optional type behind it.
Result<ArgSpec> parseTyped(std::string_view text, ArgSpec::Kind kind) {
  ArgSpec spec{kind, "", {}, {}};
  std::vector<std::string> parts = split(text, ':');
  takeOrder(parts, spec);
  if (parts.size() > 1) {
    spec.element = parseElement(parts.back());
    if (!spec.element && kind == ArgSpec::Kind::Value)
      return badType(parts.back());
    if (spec.element)
      parts.pop_back();
  }
  for (size_t i = 0; i < parts.size(); ++i)
    spec.text += (i ? ":" : "") + parts[i];
  return spec;
}

bool generateElement(Array &array, int64_t i, const ArgSpec &spec, const InputStream &stream) {
  switch (spec.generator) {
  case Generator::Normal: return array.set(i, Number::ofReal(stream.normal(uint64_t(i))));
  case Generator::Uniform:
    if (array.element() == Element::Bool)
      return array.set(i, Number::ofInteger(stream.uniform(uint64_t(i)) >= 0.5));
    return array.set(i, Number::ofReal(stream.uniform(uint64_t(i))));
  case Generator::Zeros: return array.set(i, Number::ofInteger(0));
  case Generator::Ones: return array.set(i, Number::ofInteger(1));
  case Generator::Ramp: return array.set(i, Number::ofInteger(i));
  }
  return false;
}

Result<Array> generate(const ArgSpec &spec, int64_t number) {
  bool random = spec.generator == Generator::Normal || spec.generator == Generator::Uniform;
  bool coin = spec.generator == Generator::Uniform && *spec.element == Element::Bool;
  if (random && !isFloat(*spec.element) && !coin)
    return makeError("expects zeros, ones or ramp for %s: random numbers are floats", elementName(*spec.element));
  Result<Array> array = Array::make(*spec.element, spec.shape);
  if (!array)
    return array;
  InputStream stream{spec.seed, uint32_t(number)};
  for (int64_t i = 0; i < array->size(); ++i)
    if (!generateElement(*array, i, spec, stream))
      return makeError("expects numbers that %s holds, but element %lld does not fit", elementName(*spec.element),
                       (long long)i);
  return array;
}

Result<Array> load(const ArgSpec &spec, std::optional<Element> element) {
  Result<Array> array = readNpy(spec.text);
  return array && element ? array->convert(*element) : std::move(array);
}

} // namespace

Result<ArgSpec> parseArgSpec(std::string_view text) {
  if (text.substr(0, 6) == "shape=")
    return parseGenerated(text);
  bool file = text.find(".npy") != std::string_view::npos;
  if (!file && looksDense(text.substr(0, text.rfind(':') == std::string_view::npos ? text.size() : text.find(':'))))
    return parseTyped(text, ArgSpec::Kind::Value);
  if (!file)
    return makeError("expects FILE.npy, shape=1x2x3x4:TYPE:GENERATOR[:SEED], or a value such as 3:index or "
                     "[[1,2],[3,4]]:i32");
  return parseTyped(text, ArgSpec::Kind::File);
}

Result<Array> makeArgument(const ArgSpec &spec, int64_t number, std::optional<Element> expected) {
  std::optional<Element> element = spec.element ? spec.element : expected;
  if (spec.kind == ArgSpec::Kind::Value && !element)
    return makeError("expects a type after the value, for example %s:f32", spec.text.c_str());
  Result<Array> array = spec.kind == ArgSpec::Kind::Generated ? generate(spec, number)
                        : spec.kind == ArgSpec::Kind::Value   ? parseDense(spec.text, *element)
                                                              : load(spec, element);
  if (!array || !spec.tokenMajor)
    return array;
  if (array->rank() != 4)
    return makeError("expects 4 dims for bnhd, but got shape %s", shapeText(array->shape()).c_str());
  return array->reorder({0, 2, 1, 3});
}

Result<Array> readArgument(std::string_view text, int64_t number, std::optional<Element> expected, uint64_t seed) {
  Result<ArgSpec> spec = parseArgSpec(text);
  if (spec && !spec->hasSeed)
    spec->seed = seed;
  Result<Array> array = spec ? makeArgument(*spec, number, expected) : Result<Array>(spec.error());
  if (!array)
    return makeError("--arg %s: %s", std::string(text).c_str(), array.error().message.c_str());
  return array;
}

} // namespace attn::rt
