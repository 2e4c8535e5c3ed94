// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A context: one device, its workspace, and the table through which compiled host code calls back.
#ifndef ATTN_RUNTIME_SRC_CONTEXT_H
#define ATTN_RUNTIME_SRC_CONTEXT_H

#include "runtime/src/Driver.h"
#include "runtime/src/Library.h"

namespace attn::rt {

class Context;

/// What compiled code gets as its attn_context: valid for one call, it knows the library that is running.
struct CallContext : attn_context {
  Context *owner;
  const Library *library;
  bool isBehindLaunch = false; ///< the last thing that was enqueued is a launch, on the stream
  attn_stream stream = nullptr;
};

class Context {
public:
  explicit Context(std::unique_ptr<Driver> driver);

  /// The public handle, also good as a call context of no library.
  attn_context *handle() { return &head; }
  Driver &driver() { return *device; }

private:
  CallContext head;
  std::unique_ptr<Driver> device;
};

/// The functions behind attn_context::api.
const attn_api &apiTable();

} // namespace attn::rt

#endif
