// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory of a device: workspace in stream order, buffers and copies for runners, times between marks.
#include "runtime/drivers/cuda/CudaDriver.h"
#include "runtime/drivers/cuda/Current.h"
#include "runtime/src/Status.h"

namespace attn::rt::cuda {
namespace {

DevicePointer address(const void *data) { return DevicePointer(reinterpret_cast<uintptr_t>(data)); }
void *pointer(DevicePointer data) { return reinterpret_cast<void *>(uintptr_t(data)); }
Stream streamOf(attn_stream stream) { return static_cast<Stream>(stream); }

} // namespace

attn_status CudaDriver::takeWorkspace(size_t bytes, attn_stream stream, WorkspacePiece &piece) {
  if (attn_status status = lost())
    return status;
  if (!pool)
    return fail(ATTN_UNSUPPORTED, "cuda:%d has no memory pools; pass a workspace", facts.ordinal);
  Current current(api, context);
  DevicePointer data = 0;
  int code = current.code();
  if (!code)
    code = api.poolAllocate(&data, bytes, pool, streamOf(stream));
  if (code == kOutOfMemory)
    return fail(ATTN_OUT_OF_MEMORY, "cuda:%d has no memory for %zu bytes of workspace", facts.ordinal, bytes);
  if (code)
    return check(code, "take workspace");
  piece.data = pointer(data);
  return ATTN_OK;
}

void CudaDriver::giveBackWorkspace(WorkspacePiece piece, attn_stream stream) {
  Current current(api, context);
  if (int code = api.poolRelease(address(piece.data), streamOf(stream)); isSticky(code))
    sticky.store(code, std::memory_order_relaxed);
}

attn_status CudaDriver::allocate(size_t bytes, void **data) {
  if (attn_status status = lost())
    return status;
  Current current(api, context);
  DevicePointer made = 0;
  int code = current.code();
  // The driver refuses 0 bytes; a caller gets memory of its own all the same.
  if (!code)
    code = api.allocate(&made, bytes ? bytes : 1);
  if (code == kOutOfMemory)
    return fail(ATTN_OUT_OF_MEMORY, "cuda:%d has no memory for %zu bytes", facts.ordinal, bytes);
  if (code)
    return check(code, "allocate memory");
  *data = pointer(made);
  return ATTN_OK;
}

attn_status CudaDriver::release(void *data) {
  memory.forget();
  Current current(api, context);
  return check(current.code() ? current.code() : api.release(address(data)), "free memory");
}

attn_status CudaDriver::copyIn(void *to, const void *from, size_t bytes, attn_stream stream) {
  if (attn_status status = lost())
    return status;
  Current current(api, context);
  int code = current.code();
  return check(code ? code : api.copyIn(address(to), from, bytes, streamOf(stream)), "copy to memory");
}

attn_status CudaDriver::copyOut(void *to, const void *from, size_t bytes, attn_stream stream) {
  if (attn_status status = lost())
    return status;
  Current current(api, context);
  int code = current.code();
  if (!code)
    code = api.copyOut(to, address(from), bytes, streamOf(stream));
  return check(code ? code : api.synchronize(streamOf(stream)), "copy from memory");
}

attn_status CudaDriver::synchronize(attn_stream stream) {
  if (attn_status status = lost())
    return status;
  Current current(api, context);
  return check(current.code() ? current.code() : api.synchronize(streamOf(stream)), "wait for a stream");
}

attn_status CudaDriver::mark(int64_t number, attn_stream stream) {
  if (attn_status status = lost())
    return status;
  Current current(api, context);
  std::lock_guard<std::mutex> lock(marking);
  if (marks.size() <= size_t(number))
    marks.resize(size_t(number) + 1);
  int code = current.code();
  Event &event = marks[size_t(number)];
  if (!code && !event && (code = api.eventCreate(&event, 0)))
    event = nullptr;
  return check(code ? code : api.eventRecord(event, streamOf(stream)), "record a mark");
}

attn_status CudaDriver::elapsed(int64_t from, int64_t to, double &seconds) {
  if (attn_status status = lost())
    return status;
  Current current(api, context);
  std::lock_guard<std::mutex> lock(marking);
  for (int64_t number : {from, to})
    if (size_t(number) >= marks.size() || !marks[size_t(number)])
      return fail(ATTN_INVALID_ARGUMENT, "expects a mark that was made, but got %lld", (long long)number);
  float milliseconds = 0;
  int code = current.code();
  for (int64_t number : {from, to})
    if (!code)
      code = api.eventSynchronize(marks[size_t(number)]);
  if (!code)
    code = api.eventElapsed(&milliseconds, marks[size_t(from)], marks[size_t(to)]);
  if (code)
    return check(code, "tell the time between marks");
  seconds = double(milliseconds) * 1e-3;
  return ATTN_OK;
}

} // namespace attn::rt::cuda
