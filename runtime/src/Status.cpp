// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keeps each thread's last failure in a fixed buffer, so that reporting cannot itself fail.
#include "runtime/src/Status.h"

#include "attn-rt/runtime.h"

#include <cstdarg>
#include <cstdio>

namespace attn::rt {
namespace {
thread_local char message[2048];
thread_local const attn_context *owner;
} // namespace

void beginCall(const attn_context *context) {
  owner = context;
  message[0] = 0;
}

attn_status fail(attn_status status, const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  return status;
}

attn_status statusOf(int32_t status) {
  return status >= ATTN_OK && status <= ATTN_UNALIGNED ? attn_status(status) : ATTN_INTERNAL;
}

const attn_context *lastContext() { return owner; }
const char *lastMessage() { return message; }

} // namespace attn::rt

extern "C" const char *attn_last_message(const attn_context *context) {
  // A context that could not be used (null, destroyed) leaves its message under its own pointer.
  return context == attn::rt::lastContext() || !context ? attn::rt::lastMessage() : "";
}

extern "C" const char *attn_status_name(int32_t status) {
  switch (status) {
  case ATTN_OK: return "ok";
  case ATTN_INVALID_ARGUMENT: return "invalid_argument";
  case ATTN_UNSUPPORTED: return "unsupported";
  case ATTN_NO_DEVICE: return "no_device";
  case ATTN_OUT_OF_MEMORY: return "out_of_memory";
  case ATTN_DEVICE_ERROR: return "device_error";
  case ATTN_VERSION_MISMATCH: return "version_mismatch";
  case ATTN_INTERNAL: return "internal";
  case ATTN_NO_DRIVER: return "no_driver";
  case ATTN_WRONG_CHIP: return "wrong_chip";
  case ATTN_WRONG_DEVICE: return "wrong_device";
  case ATTN_UNALIGNED: return "unaligned";
  }
  return "unknown";
}
