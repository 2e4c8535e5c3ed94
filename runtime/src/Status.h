// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Failures of the C API: a status and a message kept per thread, without allocation.
#ifndef ATTN_RUNTIME_SRC_STATUS_H
#define ATTN_RUNTIME_SRC_STATUS_H

#include "attn-rt/abi.h"

namespace attn::rt {

/// Starts an API call on this thread: later failures belong to `context`, and the old message is gone.
void beginCall(const attn_context *context);

/// Records a message for attn_last_message and returns `status`. Long messages are cut at 2 KiB.
attn_status fail(attn_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// What compiled code returned, as a status; numbers that are none become ATTN_INTERNAL.
attn_status statusOf(int32_t status);

/// The context that this thread's last API call was on, and its message.
const attn_context *lastContext();
const char *lastMessage();

} // namespace attn::rt

#endif
