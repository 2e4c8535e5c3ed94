// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks one tensor by itself: what arguments and results have in common.
#include "runtime/src/Validate.h"

#include <cstdarg>

namespace attn::rt {

attn_status refuse(const attn_entry_desc &entry, const char *format, ...) {
  char text[1024];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  return fail(ATTN_INVALID_ARGUMENT, "entry '%s'%s%s: %s", entry.name, entry.location ? " at " : "",
              entry.location ? entry.location : "", text);
}

attn_status checkHeader(const attn_entry_desc &entry, const char *what, const char *name, DLDataType type,
                        int32_t rank, int64_t flags, const DLTensor *tensor, View &view) {
  if (!tensor)
    return refuse(entry, "%s '%s' expects a tensor, but got null", what, name);
  if (!sameType(tensor->dtype, type))
    return refuse(entry, "%s '%s' expects element type %s, but got %s", what, name, typeName(type).text,
                  typeName(tensor->dtype).text);
  bool scalar = flags & ATTN_ARG_SCALAR;
  if (scalar ? tensor->ndim < 0 || tensor->ndim > kMaxRank : tensor->ndim != rank)
    return refuse(entry, "%s '%s' expects rank %d, but got rank %d", what, name, rank, tensor->ndim);
  if (tensor->ndim > 0 && !tensor->shape)
    return refuse(entry, "%s '%s' expects %d extents, but its shape is null", what, name, tensor->ndim);
  for (int32_t d = 0; d < tensor->ndim; ++d)
    if (tensor->shape[d] < 0)
      return refuse(entry, "%s '%s' expects extents of 0 or more, but dim %d is %lld", what, name, d,
                    (long long)tensor->shape[d]);
  for (int32_t d = 0; tensor->strides && d < tensor->ndim; ++d)
    if (tensor->strides[d] < 0)
      return refuse(entry, "%s '%s' expects strides of 0 or more, but the stride of dim %d is %lld", what, name, d,
                    (long long)tensor->strides[d]);
  if (!makeView(*tensor, view))
    return refuse(entry, "%s '%s' expects to lie within the address space, but its extents and strides overflow it",
                  what, name);
  if (scalar && view.elements != 1)
    return refuse(entry, "%s '%s' expects one element, but got %lld", what, name, (long long)view.elements);
  return ATTN_OK;
}

static bool hostVisible(DLDevice device) {
  int32_t type = deviceType(device);
  return type == kDLCPU || type == kDLCUDAHost || type == kDLCUDAManaged;
}

attn_status checkHostMemory(const attn_entry_desc &entry, const char *what, const char *name, const DLTensor &tensor) {
  return hostVisible(tensor.device) ? ATTN_OK
                                    : refuse(entry, "%s '%s' expects device cpu, but got %s", what, name,
                                             deviceName(tensor.device).text);
}

attn_status checkMemory(const CallFrame &frame, const char *what, const char *name, int64_t flags,
                        const DLTensor &tensor, const View &view) {
  const attn_entry_desc &entry = frame.entry;
  if (attn_status status = flags & ATTN_ARG_SCALAR ? checkHostMemory(entry, what, name, tensor)
                                                   : frame.driver.checkPlace(entry, what, name, tensor, view))
    return status;
  if (view.elements > 0 && !tensor.data)
    return refuse(entry, "%s '%s' expects data for %lld elements, but its data is null", what, name,
                  (long long)view.elements);
  int32_t last = view.rank - 1;
  bool anyInner = flags & (ATTN_ARG_ANY_INNER_STRIDE | ATTN_ARG_SCALAR);
  if (last >= 0 && view.shape[last] > 1 && view.strides[last] != 1 && !anyInner)
    return refuse(entry, "%s '%s' expects inner stride 1, but the stride of dim %d is %lld", what, name, last,
                  (long long)view.strides[last]);
  if (view.elements > 0 && view.base % uintptr_t(view.elementBytes) != 0)
    return refuse(entry, "%s '%s' expects data aligned to %lld bytes, but it lies %lld past a multiple of that", what,
                  name, (long long)view.elementBytes, (long long)(view.base % uintptr_t(view.elementBytes)));
  return ATTN_OK;
}

} // namespace attn::rt
