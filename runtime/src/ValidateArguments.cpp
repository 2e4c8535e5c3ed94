// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks the arguments of a call: one by one, and against each other through symbols and the entry's checks.
#include "runtime/src/Validate.h"

#include <bitset>

namespace attn::rt {
namespace {

/// Where a shape symbol was first seen.
struct Binding {
  int64_t arg, dim, extent;
};

/// Room for every symbol; only those that were seen are set.
struct Bindings {
  std::bitset<kMaxSymbols> seen;
  Binding places[kMaxSymbols];
};

attn_status checkExtents(CallFrame &frame, int64_t index, Bindings &bindings) {
  const attn_arg_desc &arg = frame.entry.args[index];
  const View &view = frame.args[index];
  for (int32_t d = 0; d < arg.rank; ++d) {
    int64_t expected = arg.dims[d], got = view.shape[d];
    if (expected >= 0 && got != expected)
      return refuse(frame.entry, "argument '%s' expects dim %d to be %lld, but got %lld (shape %s)", arg.name, d,
                    (long long)expected, (long long)got, shapeName(view.shape, view.rank).text);
    if (expected >= 0)
      continue;
    auto symbol = size_t(-1 - expected);
    Binding &binding = bindings.places[symbol];
    if (!bindings.seen[symbol]) {
      bindings.seen[symbol] = true;
      binding = {index, d, got};
    } else if (binding.extent != got)
      return refuse(frame.entry, "argument '%s' expects dim %d to equal dim %lld of '%s', which is %lld, but got %lld "
                                 "(shape %s)",
                    arg.name, d, (long long)binding.dim, frame.entry.args[binding.arg].name,
                    (long long)binding.extent, (long long)got, shapeName(view.shape, view.rank).text);
  }
  return ATTN_OK;
}

bool holds(int64_t relation, int64_t left, int64_t right) {
  switch (relation) {
  case ATTN_CHECK_EQ: return left == right;
  case ATTN_CHECK_LE: return left <= right;
  case ATTN_CHECK_LT: return left < right;
  case ATTN_CHECK_MULTIPLE_OF: return right > 0 ? left % right == 0 : left == 0;
  }
  return false;
}

attn_status checkRelations(CallFrame &frame) {
  for (int64_t i = 0; i < frame.entry.nchecks; ++i) {
    const attn_check_desc &check = frame.entry.checks[i];
    int64_t left = 0, right = 0;
    const char *why = evaluate(check.left, frame.operands(), left);
    if (!why)
      why = evaluate(check.right, frame.operands(), right);
    if (why)
      return refuse(frame.entry, "%s, but a side of it has no value: %s", check.message, why);
    if (!holds(check.relation, left, right))
      return refuse(frame.entry, "%s, but got %lld and %lld", check.message, (long long)left, (long long)right);
  }
  return ATTN_OK;
}

// Scalars are read by checks and shape expressions, so their data comes before the relations.
attn_status checkScalarData(CallFrame &frame, const DLTensor *const *args) {
  for (int64_t i = 0; i < frame.entry.nargs; ++i) {
    const attn_arg_desc &arg = frame.entry.args[i];
    if (!(arg.flags & ATTN_ARG_SCALAR))
      continue;
    if (attn_status status = checkMemory(frame, "argument", arg.name, arg.flags, *args[i], frame.args[i]))
      return status;
  }
  return ATTN_OK;
}

} // namespace

attn_status checkArgumentShapes(CallFrame &frame, const DLTensor *const *args, size_t nargs) {
  const attn_entry_desc &entry = frame.entry;
  if (nargs != size_t(entry.nargs))
    return refuse(entry, "expects %lld arguments, but got %zu", (long long)entry.nargs, nargs);
  if (nargs && !args)
    return refuse(entry, "expects %lld arguments, but the argument list is null", (long long)entry.nargs);
  for (int64_t i = 0; i < entry.nargs; ++i) {
    const attn_arg_desc &arg = entry.args[i];
    if (attn_status status =
            checkHeader(entry, "argument", arg.name, arg.dtype, arg.rank, arg.flags, args[i], frame.args[i]))
      return status;
  }
  Bindings bindings;
  for (int64_t i = 0; i < entry.nargs; ++i)
    if (attn_status status = checkExtents(frame, i, bindings))
      return status;
  if (attn_status status = checkScalarData(frame, args))
    return status;
  return checkRelations(frame);
}

attn_status checkArgumentMemory(CallFrame &frame, const DLTensor *const *args) {
  for (int64_t i = 0; i < frame.entry.nargs; ++i) {
    const attn_arg_desc &arg = frame.entry.args[i];
    if (attn_status status = checkMemory(frame, "argument", arg.name, arg.flags, *args[i], frame.args[i]))
      return status;
  }
  return ATTN_OK;
}

} // namespace attn::rt
