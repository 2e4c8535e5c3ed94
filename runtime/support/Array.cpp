// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Allocates, converts and reorders host arrays.
#include "runtime/support/Array.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace attn::rt {

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (size_t d = 0; d < shape.size(); ++d)
    text += (d ? "x" : "") + std::to_string(shape[d]);
  return shape.empty() ? "scalar" : text;
}

std::optional<int64_t> countElements(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    if (extent < 0)
      return std::nullopt;
  if (std::find(shape.begin(), shape.end(), 0) != shape.end())
    return 0;
  for (int64_t extent : shape)
    if (__builtin_mul_overflow(count, extent, &count) || count > int64_t(1) << 62)
      return std::nullopt;
  return count;
}

void Array::Free::operator()(char *data) const { free(data); }

static std::vector<int64_t> denseStrides(const std::vector<int64_t> &shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;)
    strides[d - 1] = strides[d] * std::max<int64_t>(shape[d], 1);
  return strides;
}

Result<Array> Array::make(Element element, std::vector<int64_t> shape, std::vector<int64_t> strides) {
  std::optional<int64_t> count = countElements(shape);
  if (!count)
    return makeError("expects extents of 0 or more and at most 2^62 elements, but got shape %s",
                     shapeText(shape).c_str());
  Array array;
  array.type = element;
  array.count = *count;
  array.contiguous = strides.empty();
  array.steps = strides.empty() && *count ? denseStrides(shape) : std::move(strides);
  array.steps.resize(shape.size(), 1);
  int64_t last = -1;
  if (*count) {
    last = 0;
    for (size_t d = 0; d < shape.size(); ++d)
      last += (shape[d] - 1) * array.steps[d];
  }
  array.extents = std::move(shape);
  if (__builtin_mul_overflow(last + 1, elementBytes(element), &array.span))
    return makeError("expects less than 2^63 bytes, but got shape %s", shapeText(array.extents).c_str());
  size_t total = (size_t(array.span) + 2 * kMargin + 63) / 64 * 64;
  array.memory.reset(array.span < (int64_t(1) << 46) ? static_cast<char *>(aligned_alloc(64, total)) : nullptr);
  if (!array.memory)
    return makeError("no memory for an array of shape %s (%lld bytes)", shapeText(array.extents).c_str(),
                     (long long)array.span);
  memset(array.memory.get(), 0xFF, total);
  return array;
}

int64_t Array::offset(int64_t number) const {
  if (contiguous)
    return number * elementBytes(type);
  int64_t at = 0;
  for (size_t d = extents.size(); d-- > 0; number /= extents[d])
    at += number % extents[d] * steps[d];
  return at * elementBytes(type);
}

double Array::real(int64_t number) const {
  Number value = get(number);
  return value.isInteger ? double(value.integer) : value.real;
}

DLTensor Array::tensor() {
  DLTensor view = {};
  view.data = data();
  view.device = {kDLCPU, 0};
  view.ndim = int32_t(extents.size());
  view.dtype = elementType(type);
  view.shape = extents.data();
  view.strides = steps.data();
  return view;
}

bool Array::marginsIntact() const {
  auto untouched = [](char byte) { return byte == char(0xFF); };
  const char *begin = memory.get(), *end = data() + span;
  return std::all_of(begin, data(), untouched) && std::all_of(end, end + kMargin, untouched);
}

Result<Array> Array::clone() const {
  Result<Array> copy = make(type, extents, contiguous ? std::vector<int64_t>() : steps);
  if (copy)
    memcpy(copy->data(), data(), size_t(span));
  return copy;
}

Result<Array> Array::convert(Element to) const {
  if (to == type)
    return clone();
  Result<Array> result = make(to, extents, contiguous ? std::vector<int64_t>() : steps);
  if (!result)
    return result;
  for (int64_t i = 0; i < count; ++i)
    if (!result->set(i, get(i)))
      return makeError("expects numbers that %s holds exactly, but element %lld is %g", elementName(to), (long long)i,
                       real(i));
  return result;
}

Result<Array> Array::reorder(const std::vector<int> &axes) const {
  if (axes.size() != extents.size())
    return makeError("expects an order of the %zu axes, but got %zu", extents.size(), axes.size());
  std::vector<int64_t> strides(extents.size(), 1);
  std::vector<bool> seen(extents.size());
  int64_t step = 1;
  for (size_t i = axes.size(); i-- > 0; step *= std::max<int64_t>(extents[size_t(axes[i])], 1)) {
    if (axes[i] < 0 || size_t(axes[i]) >= extents.size() || seen[size_t(axes[i])])
      return makeError("expects an order of the %zu axes", extents.size());
    seen[size_t(axes[i])] = true;
    strides[size_t(axes[i])] = step;
  }
  Result<Array> result = make(type, extents, std::move(strides));
  if (!result)
    return result;
  for (int64_t i = 0; i < count; ++i)
    result->set(i, get(i));
  return result;
}

} // namespace attn::rt
