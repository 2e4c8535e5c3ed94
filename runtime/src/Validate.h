// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks a call against its entry's description, before anything is launched or written.
#ifndef ATTN_RUNTIME_SRC_VALIDATE_H
#define ATTN_RUNTIME_SRC_VALIDATE_H

#include "runtime/src/Driver.h"
#include "runtime/src/Expression.h"
#include "runtime/src/Status.h"

namespace attn::rt {

/// The most arguments, and the most results, an entry may have.
constexpr int64_t kMaxOperands = 64;
/// The most shape symbols an entry may use: every extent may be one.
constexpr int64_t kMaxSymbols = kMaxOperands * kMaxRank;

/// Fails with "entry 'name' at location: …".
attn_status refuse(const attn_entry_desc &entry, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// A call under validation: the views are filled by the checks below, in their order.
struct CallFrame {
  const attn_entry_desc &entry;
  Driver &driver;
  View args[kMaxOperands];
  View results[kMaxOperands];

  CallFrame(const attn_entry_desc &entry, Driver &driver) : entry(entry), driver(driver) {}
  Operands operands() const { return {&entry, args}; }
};

/// Count, null, element type, rank, extents, shared symbols and the entry's own checks. Reads no data.
attn_status checkArgumentShapes(CallFrame &frame, const DLTensor *const *args, size_t nargs);

/// Device, null data, strides, alignment of every argument.
attn_status checkArgumentMemory(CallFrame &frame, const DLTensor *const *args);

/// Everything about results: count, null, type, computed extents, memory, overlap with arguments and one another.
attn_status checkResults(CallFrame &frame, DLTensor *const *results, size_t nresults);

/// What the host can see of values: lengths, cumulative lengths, counts and block indices.
attn_status checkValues(CallFrame &frame);

/// The extents of one result. `shape` has room for its rank.
attn_status resultShape(const CallFrame &frame, const attn_result_desc &result, int64_t *shape);

/// The bytes of workspace.
attn_status workspaceBytes(const CallFrame &frame, int64_t &bytes);

/// Refuses memory that the host does not see.
attn_status checkHostMemory(const attn_entry_desc &entry, const char *what, const char *name, const DLTensor &tensor);

/// What arguments and results share: extents not negative, strides, device, data, alignment. `what` is "argument" or
/// "result".
attn_status checkMemory(const CallFrame &frame, const char *what, const char *name, int64_t flags,
                        const DLTensor &tensor, const View &view);

/// Null pointers, element type, rank, extents that are not negative; fills the view.
attn_status checkHeader(const attn_entry_desc &entry, const char *what, const char *name, DLDataType type,
                        int32_t rank, int64_t flags, const DLTensor *tensor, View &view);

} // namespace attn::rt

#endif
