// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes and ends contexts, and answers what compiled host code asks of them.
#include "runtime/src/Context.h"
#include "runtime/src/Handles.h"
#include "runtime/src/Status.h"

namespace attn::rt {
namespace {

int32_t apiLaunch(attn_context *context, const void *kernel, const void *args, int64_t argsBytes, int64_t gx,
                  int64_t gy, int64_t gz, int64_t scratchBytes, attn_stream stream) {
  auto *call = static_cast<CallContext *>(context);
  const ResolvedKernel *known = call->library ? call->library->findKernel(kernel) : nullptr;
  const char *name = known ? known->description->name : "";
  if (!kernel)
    return fail(ATTN_INTERNAL, "a launch names no kernel");
  if (gx < 0 || gy < 0 || gz < 0)
    return fail(ATTN_INTERNAL, "kernel '%s' expects a grid of 0 or more, but got %lld x %lld x %lld", name,
                (long long)gx, (long long)gy, (long long)gz);
  int64_t points;
  if (__builtin_mul_overflow(gx, gy, &points) || __builtin_mul_overflow(points, gz, &points))
    return fail(ATTN_INTERNAL, "kernel '%s' expects a grid of less than 2^63 points, but got %lld x %lld x %lld", name,
                (long long)gx, (long long)gy, (long long)gz);
  if (scratchBytes < 0 || argsBytes < 0)
    return fail(ATTN_INTERNAL, "kernel '%s' expects sizes of 0 or more", name);
  attn_kernel_fn function = known ? known->function : reinterpret_cast<attn_kernel_fn>(const_cast<void *>(kernel));
  attn_status status = call->owner->driver().launch({name,
                                                     function,
                                                     known ? known->description : nullptr,
                                                     args,
                                                     argsBytes,
                                                     {gx, gy, gz},
                                                     known ? known->scratchBytes : scratchBytes,
                                                     stream,
                                                     call->isBehindLaunch && call->stream == stream});
  if (status || !points || !call->library) // an empty grid enqueues nothing; the context itself is no call
    return status;
  call->isBehindLaunch = true;
  call->stream = stream;
  return ATTN_OK;
}

int32_t apiFill(attn_context *context, void *data, int64_t count, int64_t elementBytes, int64_t bits,
                attn_stream stream) {
  if (count < 0)
    return fail(ATTN_INTERNAL, "a fill expects a count of 0 or more, but got %lld", (long long)count);
  if (elementBytes != 1 && elementBytes != 2 && elementBytes != 4 && elementBytes != 8)
    return fail(ATTN_INTERNAL, "a fill expects elements of 1, 2, 4 or 8 bytes, but got %lld", (long long)elementBytes);
  if (count > 0 && !data)
    return fail(ATTN_INTERNAL, "a fill expects data, but got null");
  auto *call = static_cast<CallContext *>(context);
  if (call->library)
    call->isBehindLaunch = false;
  return call->owner->driver().fill({data, count, elementBytes, bits, stream});
}

int32_t apiFail(attn_context *, int32_t status, const char *message) {
  return fail(statusOf(status ? status : ATTN_INTERNAL), "%s",
              message ? message : "compiled code failed without a message");
}

std::shared_ptr<Context> useContext(attn_context *context) {
  beginCall(context);
  std::shared_ptr<Context> object = findContext(context);
  if (!object)
    fail(ATTN_INVALID_ARGUMENT, "expects a live context, but got one that is null, destroyed or foreign");
  return object;
}

} // namespace

const attn_api &apiTable() {
  static const attn_api table = {ATTN_ABI_VERSION, apiLaunch, apiFill, apiFail};
  return table;
}

Context::Context(std::unique_ptr<Driver> driver) : device(std::move(driver)) {
  head.api = &apiTable();
  head.owner = this;
  head.library = nullptr;
}

} // namespace attn::rt

using namespace attn::rt;

extern "C" attn_status attn_context_create(const char *driver, attn_context **context) {
  beginCall(nullptr);
  if (!context)
    return fail(ATTN_INVALID_ARGUMENT, "expects a place for the context, but got null");
  std::unique_ptr<Driver> device;
  if (attn_status status = createDriver(driver, device))
    return status;
  auto object = std::make_shared<Context>(std::move(device));
  *context = object->handle();
  addHandle(*context, object);
  return ATTN_OK;
}

extern "C" attn_status attn_context_destroy(attn_context *context) {
  beginCall(context);
  if (!context)
    return ATTN_OK;
  if (!findContext(context) || !dropHandle(context))
    return fail(ATTN_INVALID_ARGUMENT, "expects a live context, but got one that is destroyed or foreign");
  return ATTN_OK;
}

extern "C" attn_status attn_context_set_threads(attn_context *context, int64_t threads) {
  std::shared_ptr<Context> object = useContext(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (threads < 1 || threads > 1024)
    return fail(ATTN_INVALID_ARGUMENT, "expects from 1 to 1024 threads, but got %lld", (long long)threads);
  return object->driver().setThreads(threads);
}

extern "C" attn_status attn_context_set_pool(attn_context *context, const attn_host_pool *pool) {
  std::shared_ptr<Context> object = useContext(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (pool && !pool->run)
    return fail(ATTN_INVALID_ARGUMENT, "expects a pool with a run function, but its run is null");
  if (pool && (pool->threads < 1 || pool->threads > 1024))
    return fail(ATTN_INVALID_ARGUMENT, "expects a pool of 1 to 1024 threads, but got %lld", (long long)pool->threads);
  return object->driver().setPool(pool);
}

extern "C" attn_status attn_context_launches(attn_context *context, int64_t *count) {
  std::shared_ptr<Context> object = useContext(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (!count)
    return fail(ATTN_INVALID_ARGUMENT, "expects a place for the count, but got null");
  return object->driver().launchCount(*count);
}

extern "C" attn_status attn_context_launch(attn_context *context, int64_t index, attn_launch_record *record) {
  std::shared_ptr<Context> object = useContext(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (!record)
    return fail(ATTN_INVALID_ARGUMENT, "expects a place for the record, but got null");
  return object->driver().launchRecord(index, *record);
}
