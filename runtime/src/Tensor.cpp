// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes what a strided tensor covers, in arithmetic that cannot overflow unseen.
#include "runtime/src/Tensor.h"

#include <algorithm>
#include <cstring>

namespace attn::rt {

Text typeName(DLDataType type) {
  static const char *const prefixes[] = {"i", "u", "f", "opaque", "bf", "complex"};
  Text name;
  char lanes[16] = "";
  if (type.lanes != 1)
    snprintf(lanes, sizeof lanes, "x%u", unsigned(type.lanes));
  if (type.code == kDLBool && type.bits == 8)
    snprintf(name.text, sizeof name.text, "i1%s", lanes);
  else if (type.code <= kDLComplex)
    snprintf(name.text, sizeof name.text, "%s%u%s", prefixes[type.code], unsigned(type.bits), lanes);
  else
    snprintf(name.text, sizeof name.text, "code%ux%u%s", unsigned(type.code), unsigned(type.bits), lanes);
  return name;
}

bool sameType(DLDataType a, DLDataType b) { return a.code == b.code && a.bits == b.bits && a.lanes == b.lanes; }

int64_t typeBytes(DLDataType type) {
  int64_t bits = int64_t(type.bits) * type.lanes;
  return bits >= 8 && bits <= 64 && bits % 8 == 0 ? bits / 8 : 0;
}

int32_t deviceType(DLDevice device) {
  // By its bytes: a producer may know kinds that this enum does not.
  int32_t type;
  memcpy(&type, &device.device_type, sizeof type);
  return type;
}

Text deviceName(DLDevice device) {
  static const char *const names[] = {nullptr, "cpu",   "cuda", "cuda host", "opencl",    nullptr,   nullptr,
                                      "vulkan", "metal", "vpi",  "rocm",      "rocm host", "ext dev", "cuda managed"};
  Text name;
  int32_t type = deviceType(device);
  if (type >= 0 && size_t(type) < sizeof names / sizeof *names && names[type])
    snprintf(name.text, sizeof name.text, "%s", names[type]);
  else
    snprintf(name.text, sizeof name.text, "device type %d", type);
  return name;
}

Text shapeName(const int64_t *shape, int32_t rank) {
  Text name;
  size_t used = 0;
  name.text[0] = 0;
  for (int32_t d = 0; d < rank && used < sizeof name.text; ++d)
    used += snprintf(name.text + used, sizeof name.text - used, d ? "x%lld" : "%lld", (long long)shape[d]);
  return name;
}

const char *View::at(const int64_t *index) const {
  uintptr_t address = base;
  for (int32_t d = 0; d < rank; ++d)
    address += uintptr_t(index[d] * strides[d] * elementBytes);
  return reinterpret_cast<const char *>(address);
}

bool makeView(const DLTensor &tensor, View &view) {
  view = {};
  view.base = reinterpret_cast<uintptr_t>(tensor.data) + tensor.byte_offset;
  view.elementBytes = typeBytes(tensor.dtype);
  view.rank = tensor.ndim;
  view.elements = 1;
  bool empty = false;
  for (int32_t d = 0; d < view.rank; ++d)
    empty |= (view.shape[d] = tensor.shape[d]) == 0;
  int64_t dense = 1, last = 0;
  for (int32_t d = view.rank - 1; d >= 0; --d) {
    int64_t reach;
    view.strides[d] = tensor.strides ? tensor.strides[d] : dense;
    if (empty)
      continue;
    if (__builtin_mul_overflow(dense, view.shape[d], &dense) ||
        __builtin_mul_overflow(view.shape[d] - 1, view.strides[d], &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return false;
  }
  view.elements = empty ? 0 : dense;
  int64_t end;
  if (empty)
    return true;
  if (__builtin_add_overflow(last, 1, &end) || __builtin_mul_overflow(end, view.elementBytes, &view.span))
    return false;
  return view.base <= UINTPTR_MAX - uintptr_t(view.span);
}

// The bytes covered modulo `period`, when every dim whose stride is a multiple of it is left out.
static int64_t residueSpan(const View &view, int64_t period) {
  int64_t span = view.elementBytes;
  for (int32_t d = 0; d < view.rank; ++d) {
    int64_t stride = view.strides[d] * view.elementBytes;
    if (stride % period != 0)
      span += (view.shape[d] - 1) * stride;
  }
  return span;
}

static bool disjointModulo(const View &a, const View &b, int64_t period) {
  int64_t spanA = residueSpan(a, period), spanB = residueSpan(b, period);
  if (spanA > period || spanB > period)
    return false;
  int64_t from = int64_t((b.base % uintptr_t(period) + uintptr_t(period) - a.base % uintptr_t(period)) %
                         uintptr_t(period));
  return from >= spanA && from + spanB <= period;
}

bool certainlyDisjoint(const View &a, const View &b) {
  if (!a.elements || !b.elements)
    return true;
  if (a.base + uintptr_t(a.span) <= b.base || b.base + uintptr_t(b.span) <= a.base)
    return true;
  // Views such as the Q, K and V thirds of one packed buffer: compare residues modulo each common stride.
  for (const View *view : {&a, &b})
    for (int32_t d = 0; d < view->rank; ++d)
      if (int64_t period = view->strides[d] * view->elementBytes; view->shape[d] > 1 && period > 0)
        if (disjointModulo(a, b, period))
          return true;
  return false;
}

bool certainlyInjective(const View &view) {
  if (!view.elements)
    return true;
  int32_t order[kMaxRank], count = 0;
  for (int32_t d = 0; d < view.rank; ++d)
    if (view.shape[d] > 1)
      order[count++] = d;
  std::sort(order, order + count, [&](int32_t x, int32_t y) { return view.strides[x] < view.strides[y]; });
  int64_t covered = 1;
  for (int32_t i = 0; i < count; ++i) {
    if (view.strides[order[i]] < covered)
      return false;
    covered += (view.shape[order[i]] - 1) * view.strides[order[i]];
  }
  return true;
}

} // namespace attn::rt
