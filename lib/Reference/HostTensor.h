// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dense tensor in host memory: every number a double, beside the element type it stands for.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace attn::reference {

/// The type a number is stored in. `index` counts 64 bits.
enum class Element { i1, i8, i16, i32, i64, index, f16, bf16, f32, f64 };

bool isFloat(Element element);
const char *elementName(Element element);
/// The type that products of this storage type accumulate in: f64 for f64, else f32.
Element computeElement(Element storage);
/// The nearest number of the type, ties to even; too large gives infinity. Integers are returned unchanged.
double roundTo(Element element, double value);

/// Row-major; doubles hold integers up to 2^53 exactly. Nothing in it depends on MLIR or on the runtime.
struct HostTensor {
  Element element = Element::f64;
  std::vector<int64_t> shape;
  std::vector<double> values;
  /// Elements that a comparison must skip: rows that were not sampled, and rows that a non-finite value row may or may
  /// not have reached. Empty where there is none.
  std::vector<bool> unspecified;

  HostTensor() = default;
  HostTensor(Element element, std::vector<int64_t> shape, double fill = 0.0);
  HostTensor(Element element, std::vector<int64_t> shape, std::vector<double> values);

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t size() const { return static_cast<int64_t>(values.size()); }
  /// Row-major number of an element. The indices must lie inside.
  int64_t offset(const int64_t *indices) const;
  int64_t offset(std::initializer_list<int64_t> indices) const { return offset(indices.begin()); }
  double at(std::initializer_list<int64_t> indices) const { return values[offset(indices)]; }
  double &at(std::initializer_list<int64_t> indices) { return values[offset(indices)]; }

  bool isUnspecified(int64_t number) const { return !unspecified.empty() && unspecified[number]; }
  void markUnspecified(int64_t number);
  /// Rounds every element to its type.
  void round();
};

/// The number of elements of a shape; -1 where an extent is negative or the product exceeds `limit`.
int64_t countElements(const std::vector<int64_t> &shape, int64_t limit);

/// "2x3xf32", for messages.
std::string describe(const HostTensor &tensor);

} // namespace attn::reference
