// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls an entry: every check first, then the workspace, then the compiled host code.
#include "runtime/src/Context.h"
#include "runtime/src/Handles.h"
#include "runtime/src/Validate.h"

#include <cstring>

namespace attn::rt {
namespace {

/// Keeps what a call uses alive, also when another thread closes it meanwhile.
struct Target {
  std::shared_ptr<Context> context;
  std::shared_ptr<Library> library;
  const attn_entry_desc *entry = nullptr;
};

attn_status findTarget(attn_context *context, const attn_entry *entry, Target &target) {
  beginCall(context);
  findBoth(context, target.context, entry, target.library);
  if (!target.context)
    return fail(ATTN_INVALID_ARGUMENT, "expects a live context, but got one that is null, destroyed or foreign");
  if (!target.library || static_cast<const void *>(target.library.get()) == entry)
    return fail(ATTN_INVALID_ARGUMENT,
                "expects an entry of an open library, but got one that is null, closed or foreign");
  target.entry = entry->description;
  return ATTN_OK;
}

/// The tensors as compiled code sees them: strides never null, byte offset 0.
struct PlainTensors {
  DLTensor tensors[kMaxOperands];
  DLTensor *pointers[kMaxOperands];

  void set(int64_t index, const DLTensor &from, View &view) {
    DLTensor &tensor = tensors[index];
    tensor = from;
    tensor.data = reinterpret_cast<void *>(view.base);
    tensor.shape = view.shape;
    tensor.strides = view.strides;
    tensor.byte_offset = 0;
    pointers[index] = &tensor;
  }
};

attn_status checkWorkspace(const attn_entry_desc &entry, const void *workspace, size_t bytes, int64_t needed) {
  if (bytes < size_t(needed))
    return refuse(entry, "the workspace expects %lld bytes, but got %zu", (long long)needed, bytes);
  if (reinterpret_cast<uintptr_t>(workspace) % 64 != 0)
    return refuse(entry, "the workspace expects data aligned to 64 bytes, but it lies %lld past a multiple of that",
                  (long long)(reinterpret_cast<uintptr_t>(workspace) % 64));
  return ATTN_OK;
}

/// The bytes the caller's workspace offers must be nobody else's.
attn_status checkWorkspaceOverlap(const CallFrame &frame, const void *workspace, int64_t needed) {
  View view = {};
  view.base = reinterpret_cast<uintptr_t>(workspace);
  view.elementBytes = view.rank = 1;
  view.shape[0] = view.elements = view.span = needed;
  view.strides[0] = 1;
  for (int64_t i = 0; i < frame.entry.nargs; ++i)
    if (!certainlyDisjoint(view, frame.args[i]))
      return refuse(frame.entry, "the workspace expects memory of its own, but it overlaps argument '%s'",
                    frame.entry.args[i].name);
  for (int64_t i = 0; i < frame.entry.nresults; ++i)
    if (!certainlyDisjoint(view, frame.results[i]))
      return refuse(frame.entry, "the workspace expects memory of its own, but it overlaps result '%s'",
                    frame.entry.results[i].name);
  return ATTN_OK;
}

attn_status runIn(void *workspace, size_t bytes, Target &target, CallFrame &frame, const DLTensor *const *args,
                  DLTensor *const *results, attn_stream stream) {
  PlainTensors plainArgs, plainResults;
  for (int64_t i = 0; i < frame.entry.nargs; ++i)
    plainArgs.set(i, *args[i], frame.args[i]);
  for (int64_t i = 0; i < frame.entry.nresults; ++i)
    plainResults.set(i, *results[i], frame.results[i]);
  CallContext call;
  call.api = &apiTable();
  call.owner = target.context.get();
  call.library = target.library.get();
  int32_t status = frame.entry.function(&call, plainArgs.pointers, size_t(frame.entry.nargs), plainResults.pointers,
                                        size_t(frame.entry.nresults), workspace, bytes, stream);
  if (status == ATTN_OK || *lastMessage())
    return statusOf(status);
  return fail(statusOf(status), "entry '%s' failed with status %d and no message", frame.entry.name, int(status));
}

/// The same with workspace that the context lends.
attn_status runInOwn(int64_t needed, Target &target, CallFrame &frame, const DLTensor *const *args,
                     DLTensor *const *results, attn_stream stream) {
  WorkspacePiece own;
  if (attn_status status = frame.driver.takeWorkspace(size_t(needed), stream, own))
    return status;
  attn_status status = runIn(own.data, size_t(needed), target, frame, args, results, stream);
  frame.driver.giveBackWorkspace(std::move(own), stream);
  return status;
}

} // namespace
} // namespace attn::rt

using namespace attn::rt;

extern "C" attn_status attn_call(attn_context *context, const attn_entry *entry, const DLTensor *const *args,
                                 size_t nargs, DLTensor *const *results, size_t nresults, void *workspace,
                                 size_t workspace_bytes, attn_stream stream) {
  Target target;
  if (attn_status status = findTarget(context, entry, target))
    return status;
  CallFrame frame(*target.entry, target.context->driver());
  attn_status status = checkArgumentShapes(frame, args, nargs);
  if (!status)
    status = checkArgumentMemory(frame, args);
  if (!status)
    status = checkResults(frame, results, nresults);
  if (!status)
    status = checkValues(frame);
  int64_t needed = 0;
  if (!status)
    status = workspaceBytes(frame, needed);
  if (!status && workspace && needed)
    status = checkWorkspace(frame.entry, workspace, workspace_bytes, needed);
  if (!status && workspace && needed)
    status = checkWorkspaceOverlap(frame, workspace, needed);
  if (status)
    return status;
  Driver &driver = target.context->driver();
  if (attn_status status = driver.prepare(target.library))
    return status;
  Entered entered;
  if (attn_status status = driver.enter(entered))
    return status;
  status = workspace || !needed ? runIn(workspace, workspace_bytes, target, frame, args, results, stream)
                                : runInOwn(needed, target, frame, args, results, stream);
  driver.leave(entered);
  return status;
}

extern "C" attn_status attn_call_bound(const attn_bound_call *call, attn_stream stream) {
  if (!call) {
    beginCall(nullptr);
    return fail(ATTN_INVALID_ARGUMENT, "expects a call, but got null");
  }
  return attn_call(call->context, call->entry, call->args, call->nargs, call->results, call->nresults, call->workspace,
                   call->workspace_bytes, stream);
}

extern "C" attn_status attn_result_shape(attn_context *context, const attn_entry *entry, const DLTensor *const *args,
                                         size_t nargs, size_t index, int64_t *shape, size_t rank) {
  Target target;
  if (attn_status status = findTarget(context, entry, target))
    return status;
  CallFrame frame(*target.entry, target.context->driver());
  if (index >= size_t(frame.entry.nresults))
    return refuse(frame.entry, "expects a result number below %lld, but got %zu", (long long)frame.entry.nresults,
                  index);
  const attn_result_desc &result = frame.entry.results[index];
  if (rank != size_t(result.rank) || (rank && !shape))
    return refuse(frame.entry, "result '%s' expects room for %d extents, but got room for %zu", result.name,
                  result.rank, shape ? rank : 0);
  if (attn_status status = checkArgumentShapes(frame, args, nargs))
    return status;
  int64_t extents[kMaxRank];
  if (attn_status status = resultShape(frame, result, extents))
    return status;
  memcpy(shape, extents, rank * sizeof(int64_t));
  return ATTN_OK;
}

extern "C" attn_status attn_workspace_size(attn_context *context, const attn_entry *entry,
                                           const DLTensor *const *args, size_t nargs, size_t *bytes) {
  Target target;
  if (attn_status status = findTarget(context, entry, target))
    return status;
  CallFrame frame(*target.entry, target.context->driver());
  if (!bytes)
    return refuse(frame.entry, "expects a place for the workspace's size, but got null");
  if (attn_status status = checkArgumentShapes(frame, args, nargs))
    return status;
  int64_t needed = 0;
  if (attn_status status = workspaceBytes(frame, needed))
    return status;
  *bytes = size_t(needed);
  return ATTN_OK;
}
