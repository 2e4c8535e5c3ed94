// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What runners without a framework ask of a context's device.
#include "runtime/src/Context.h"
#include "runtime/src/Handles.h"
#include "runtime/src/Status.h"

namespace attn::rt {
namespace {

constexpr int64_t kMarks = 65536;

/// The live context behind a handle, or null with a message.
std::shared_ptr<Context> use(attn_context *context) {
  beginCall(context);
  std::shared_ptr<Context> object = findContext(context);
  if (!object)
    fail(ATTN_INVALID_ARGUMENT, "expects a live context, but got one that is null, destroyed or foreign");
  return object;
}

attn_status missing(const char *what) { return fail(ATTN_INVALID_ARGUMENT, "expects %s, but got null", what); }

attn_status checkMark(int64_t number) {
  return number >= 0 && number < kMarks
             ? ATTN_OK
             : fail(ATTN_INVALID_ARGUMENT, "expects a mark from 0 to %lld, but got %lld", (long long)kMarks - 1,
                    (long long)number);
}

/// Writes what the context's driver answers to a place that the caller has.
template <typename T, typename Question>
attn_status tell(attn_context *context, T *place, const char *what, Question question) {
  std::shared_ptr<Context> object = use(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (!place)
    return missing(what);
  *place = (object->driver().*question)();
  return ATTN_OK;
}

} // namespace
} // namespace attn::rt

using namespace attn::rt;

extern "C" attn_status attn_context_device(attn_context *context, DLDevice *device) {
  return tell(context, device, "a place for the device", &Driver::device);
}

extern "C" attn_status attn_context_device_name(attn_context *context, const char **name) {
  return tell(context, name, "a place for the name", &Driver::deviceName);
}

extern "C" attn_status attn_context_capability(attn_context *context, int64_t *capability) {
  return tell(context, capability, "a place for the capability", &Driver::capability);
}

extern "C" attn_status attn_device_alloc(attn_context *context, size_t bytes, void **data) {
  std::shared_ptr<Context> object = use(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  return data ? object->driver().allocate(bytes, data) : missing("a place for the memory");
}

extern "C" attn_status attn_device_free(attn_context *context, void *data) {
  std::shared_ptr<Context> object = use(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  return data ? object->driver().release(data) : ATTN_OK;
}

extern "C" attn_status attn_device_copy_in(attn_context *context, void *device, const void *host, size_t bytes,
                                           attn_stream stream) {
  std::shared_ptr<Context> object = use(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (!bytes)
    return ATTN_OK;
  return device && host ? object->driver().copyIn(device, host, bytes, stream) : missing("memory on both sides");
}

extern "C" attn_status attn_device_copy_out(attn_context *context, void *host, const void *device, size_t bytes,
                                            attn_stream stream) {
  std::shared_ptr<Context> object = use(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (!bytes)
    return ATTN_OK;
  return device && host ? object->driver().copyOut(host, device, bytes, stream) : missing("memory on both sides");
}

extern "C" attn_status attn_device_synchronize(attn_context *context, attn_stream stream) {
  std::shared_ptr<Context> object = use(context);
  return object ? object->driver().synchronize(stream) : ATTN_INVALID_ARGUMENT;
}

extern "C" attn_status attn_device_mark(attn_context *context, int64_t number, attn_stream stream) {
  std::shared_ptr<Context> object = use(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  attn_status status = checkMark(number);
  return status ? status : object->driver().mark(number, stream);
}

extern "C" attn_status attn_device_elapsed(attn_context *context, int64_t from, int64_t to, double *seconds) {
  std::shared_ptr<Context> object = use(context);
  if (!object)
    return ATTN_INVALID_ARGUMENT;
  if (!seconds)
    return missing("a place for the time");
  attn_status status = checkMark(from);
  if (!status)
    status = checkMark(to);
  return status ? status : object->driver().elapsed(from, to, *seconds);
}
