// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Independent tasks on several threads.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>
#include <functional>

namespace attn::reference {

/// Runs tasks 0 .. count - 1, each once, in no order. Each of the workers (0: one per processor) runs what
/// `makeWorker` gave it on the calling thread; all are done when this returns.
void parallel(int64_t count, unsigned workers, llvm::function_ref<std::function<void(int64_t)>()> makeWorker);

} // namespace attn::reference
