// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The points of one launch, handed out to whoever asks: which thread runs a point never shows in the result.
#ifndef ATTN_RUNTIME_DRIVERS_CPU_GRID_H
#define ATTN_RUNTIME_DRIVERS_CPU_GRID_H

#include "runtime/drivers/cpu/ThreadPool.h"
#include "runtime/src/Driver.h"

#include <atomic>
#include <memory>

namespace attn::rt {

class GridJob {
public:
  /// `slots` tasks will ask for points; `scratch` has one buffer for each.
  GridJob(const Launch &launch, int64_t slots, ScratchSlots &scratch);

  /// Runs points until none is left. A slot number works once; others are ignored.
  static void task(void *job, int64_t slot);

  /// Runs points with this scratch until none is left.
  void work(void *scratch);

private:
  const Launch &launch;
  int64_t slots, points, chunk;
  ScratchSlots &scratch;
  std::atomic<int64_t> next{0};
  std::unique_ptr<std::atomic<bool>[]> used;
};

} // namespace attn::rt

#endif
