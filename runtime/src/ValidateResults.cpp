// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks the results that the caller allocated: extents computed from the arguments, memory, and overlap.
#include "runtime/src/Validate.h"

namespace attn::rt {

attn_status resultShape(const CallFrame &frame, const attn_result_desc &result, int64_t *shape) {
  for (int32_t d = 0; d < result.rank; ++d) {
    if (const char *why = evaluate(result.dims[d], frame.operands(), shape[d]))
      return refuse(frame.entry, "dim %d of result '%s' has no extent for these arguments: %s", d, result.name, why);
    if (shape[d] < 0)
      return refuse(frame.entry, "dim %d of result '%s' expects an extent of 0 or more, but these arguments give %lld",
                    d, result.name, (long long)shape[d]);
  }
  return ATTN_OK;
}

attn_status workspaceBytes(const CallFrame &frame, int64_t &bytes) {
  bytes = 0;
  if (!frame.entry.workspace.size)
    return ATTN_OK;
  if (const char *why = evaluate(frame.entry.workspace, frame.operands(), bytes))
    return refuse(frame.entry, "the workspace has no size for these arguments: %s", why);
  if (bytes < 0)
    return refuse(frame.entry, "the workspace expects 0 bytes or more, but these arguments give %lld",
                  (long long)bytes);
  return ATTN_OK;
}

static attn_status checkOverlap(const CallFrame &frame, int64_t index) {
  const View &result = frame.results[index];
  const char *name = frame.entry.results[index].name;
  if (!certainlyInjective(result))
    return refuse(frame.entry, "result '%s' expects each element to lie apart, but its strides let elements overlap",
                  name);
  for (int64_t i = 0; i < frame.entry.nargs; ++i)
    if (!(frame.entry.args[i].flags & ATTN_ARG_MAY_ALIAS) && !certainlyDisjoint(result, frame.args[i]))
      return refuse(frame.entry, "result '%s' expects memory of its own, but it overlaps argument '%s'", name,
                    frame.entry.args[i].name);
  for (int64_t i = 0; i < index; ++i)
    if (!certainlyDisjoint(result, frame.results[i]))
      return refuse(frame.entry, "result '%s' expects memory of its own, but it overlaps result '%s'", name,
                    frame.entry.results[i].name);
  return ATTN_OK;
}

static attn_status checkResult(CallFrame &frame, const attn_result_desc &result, const DLTensor *tensor, View &view) {
  if (attn_status status =
          checkHeader(frame.entry, "result", result.name, result.dtype, result.rank, result.flags, tensor, view))
    return status;
  int64_t shape[kMaxRank];
  if (attn_status status = resultShape(frame, result, shape))
    return status;
  for (int32_t d = 0; d < result.rank; ++d)
    if (view.shape[d] != shape[d])
      return refuse(frame.entry, "result '%s' expects shape %s, but got %s (dim %d)", result.name,
                    shapeName(shape, result.rank).text, shapeName(view.shape, view.rank).text, d);
  return checkMemory(frame, "result", result.name, result.flags, *tensor, view);
}

attn_status checkResults(CallFrame &frame, DLTensor *const *results, size_t nresults) {
  const attn_entry_desc &entry = frame.entry;
  if (nresults != size_t(entry.nresults))
    return refuse(entry, "expects %lld results, but got %zu", (long long)entry.nresults, nresults);
  if (nresults && !results)
    return refuse(entry, "expects %lld results, but the result list is null", (long long)entry.nresults);
  for (int64_t i = 0; i < entry.nresults; ++i)
    if (attn_status status = checkResult(frame, entry.results[i], results[i], frame.results[i]))
      return status;
  for (int64_t i = 0; i < entry.nresults; ++i)
    if (attn_status status = checkOverlap(frame, i))
      return status;
  return ATTN_OK;
}

} // namespace attn::rt
