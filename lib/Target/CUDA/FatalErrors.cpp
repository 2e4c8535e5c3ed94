// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's hook for fatal errors, and a jump out of it. Inputs are checked before, so this is the last resort.
#include "lib/Target/CUDA/FatalErrors.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"

#include <csetjmp>
#include <mutex>

namespace attn::cuda {
namespace {

/// The one guarded run of the process; its thread is the only one that jumps.
struct Guard {
  std::jmp_buf place;
  std::string reason;
};
thread_local Guard *current = nullptr;

void leave(void *, const char *reason, bool) {
  if (!current)
    return; // another thread's error: LLVM ends the process, as without us
  auto [first, rest] = llvm::StringRef(reason).split('\n');
  current->reason = first.empty() ? "a fatal error" : first.str();
  size_t function = rest.find("In function: ");
  if (function != llvm::StringRef::npos)
    current->reason += " in '" + rest.substr(function + 13).split('\n').first.trim().str() + "'";
  std::longjmp(current->place, 1);
}

} // namespace

bool runGuarded(llvm::function_ref<void()> work, std::string &reason) {
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  Guard guard;
  current = &guard;
  llvm::install_fatal_error_handler(leave);
  if (setjmp(guard.place) == 0)
    work();
  llvm::remove_fatal_error_handler();
  current = nullptr;
  reason = guard.reason;
  return guard.reason.empty();
}

} // namespace attn::cuda
