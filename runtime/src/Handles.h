// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Live handles of the C API: a closed or foreign pointer is recognised without being read.
#ifndef ATTN_RUNTIME_SRC_HANDLES_H
#define ATTN_RUNTIME_SRC_HANDLES_H

#include <memory>

namespace attn::rt {

class Context;
class Library;

/// Makes a handle known. The registry shares ownership until `drop`.
void addHandle(const void *handle, std::shared_ptr<Context> context);
void addHandle(const void *handle, std::shared_ptr<Library> library);

/// The object behind a handle, kept alive while the caller holds it; null when the handle is not live.
std::shared_ptr<Context> findContext(const void *handle);
std::shared_ptr<Library> findLibrary(const void *handle);
/// Both at once, as every call needs them.
void findBoth(const void *contextHandle, std::shared_ptr<Context> &context, const void *libraryHandle,
              std::shared_ptr<Library> &library);

/// Forgets a handle; returns whether it was live. The object ends with its last user.
bool dropHandle(const void *handle);

} // namespace attn::rt

#endif
