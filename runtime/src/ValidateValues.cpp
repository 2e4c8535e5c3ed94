// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks the values that bound memory accesses: lengths, cumulative lengths, counts and block indices.
#include "runtime/src/Validate.h"

#include <cstdlib>
#include <memory>

namespace attn::rt {
namespace {

struct Free {
  void operator()(void *memory) const { free(memory); }
};

/// " (dim 2 of 'k')" where the bound is one extent, so that a message says where it comes from.
Text boundName(const CallFrame &frame, const attn_expr &bound) {
  Text name;
  name.text[0] = 0;
  if (bound.size == 3 && bound.code[0] == ATTN_EXPR_DIM)
    snprintf(name.text, sizeof name.text, " (dim %lld of '%.100s')", (long long)bound.code[2],
             frame.entry.args[bound.code[1]].name);
  return name;
}

Text indexName(const int64_t *index, int32_t rank) {
  Text name;
  size_t used = 0;
  name.text[0] = 0;
  for (int32_t d = 0; d < rank && used < sizeof name.text; ++d)
    used += snprintf(name.text + used, sizeof name.text - used, d ? ", %lld" : "%lld", (long long)index[d]);
  return name;
}

/// Steps `index` through the first `rank` dims in row-major order; false after the last.
bool advance(int64_t *index, const int64_t *shape, int32_t rank) {
  for (int32_t d = rank - 1; d >= 0; --d) {
    if (++index[d] < shape[d])
      return true;
    index[d] = 0;
  }
  return false;
}

attn_status checkLengths(const CallFrame &frame, const attn_arg_desc &arg, const View &view, int64_t bound) {
  int64_t index[kMaxRank] = {};
  do {
    int64_t value = readInteger(view.at(index), arg.dtype);
    if (value < 0 || value > bound)
      return refuse(frame.entry, "argument '%s' expects lengths from 0 to %lld%s, but element [%s] is %lld", arg.name,
                    (long long)bound, boundName(frame, arg.bound).text, indexName(index, view.rank).text,
                    (long long)value);
  } while (advance(index, view.shape, view.rank));
  return ATTN_OK;
}

attn_status checkCumulative(const CallFrame &frame, const attn_arg_desc &arg, const View &view, int64_t bound) {
  int64_t previous = 0;
  for (int64_t i = 0; i < view.shape[0]; ++i) {
    int64_t value = readInteger(view.at(&i), arg.dtype);
    if (i == 0 && value != 0)
      return refuse(frame.entry, "argument '%s' expects cumulative lengths that start at 0, but element [0] is %lld",
                    arg.name, (long long)value);
    if (value < previous)
      return refuse(frame.entry, "argument '%s' expects cumulative lengths that never decrease, but element [%lld] is "
                                 "%lld after %lld",
                    arg.name, (long long)i, (long long)value, (long long)previous);
    if (value > bound)
      return refuse(frame.entry, "argument '%s' expects cumulative lengths of at most %lld%s, but element [%lld] is "
                                 "%lld",
                    arg.name, (long long)bound, boundName(frame, arg.bound).text, (long long)i, (long long)value);
    previous = value;
  }
  return ATTN_OK;
}

attn_status checkIndices(const CallFrame &frame, const attn_arg_desc &arg, const View &view, int64_t bound) {
  const attn_arg_desc &countsArg = frame.entry.args[arg.related];
  const View &counts = frame.args[arg.related];
  int32_t rows = view.rank - 1;
  // seen[block] holds the number of the last row that listed it.
  std::unique_ptr<int64_t, Free> seen(static_cast<int64_t *>(calloc(size_t(bound > 0 ? bound : 1), sizeof(int64_t))));
  if (!seen)
    return fail(ATTN_OUT_OF_MEMORY, "no memory to check the %lld blocks of argument '%s'", (long long)bound, arg.name);
  int64_t index[kMaxRank] = {}, row = 0;
  do {
    ++row;
    int64_t count = readInteger(counts.at(index), countsArg.dtype);
    if (count < 0 || count > view.shape[rows])
      return refuse(frame.entry, "argument '%s' expects counts from 0 to %lld, but element [%s] is %lld",
                    countsArg.name, (long long)view.shape[rows], indexName(index, rows).text, (long long)count);
    for (index[rows] = 0; index[rows] < count; ++index[rows]) {
      int64_t block = readInteger(view.at(index), arg.dtype);
      if (block < 0 || block >= bound)
        return refuse(frame.entry, "argument '%s' expects block indices from 0 to %lld, but element [%s] is %lld",
                      arg.name, (long long)bound - 1, indexName(index, view.rank).text, (long long)block);
      if (seen.get()[block] == row)
        return refuse(frame.entry, "argument '%s' expects no block twice in a row, but element [%s] repeats %lld",
                      arg.name, indexName(index, view.rank).text, (long long)block);
      seen.get()[block] = row;
    }
    index[rows] = 0;
  } while (advance(index, view.shape, rows));
  return ATTN_OK;
}

} // namespace

attn_status checkValues(CallFrame &frame) {
  constexpr int64_t checked = ATTN_ARG_LENGTHS | ATTN_ARG_CUMULATIVE | ATTN_ARG_INDICES;
  for (int64_t i = 0; i < frame.entry.nargs && frame.driver.readsTensorsOnHost(); ++i) {
    const attn_arg_desc &arg = frame.entry.args[i];
    const View &view = frame.args[i];
    if (!(arg.flags & checked))
      continue;
    int64_t bound = 0;
    if (const char *why = evaluate(arg.bound, frame.operands(), bound))
      return refuse(frame.entry, "the bound of argument '%s' has no value for these arguments: %s", arg.name, why);
    if ((arg.flags & ATTN_ARG_CUMULATIVE) && view.elements == 0)
      return refuse(frame.entry, "argument '%s' expects at least one cumulative length, but got none", arg.name);
    if (view.elements == 0)
      continue;
    attn_status status = arg.flags & ATTN_ARG_LENGTHS      ? checkLengths(frame, arg, view, bound)
                         : arg.flags & ATTN_ARG_CUMULATIVE ? checkCumulative(frame, arg, view, bound)
                                                           : checkIndices(frame, arg, view, bound);
    if (status)
      return status;
  }
  return ATTN_OK;
}

} // namespace attn::rt
