// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Claims grid points from a shared counter, x fastest, and runs them in the default floating-point environment.
#include "runtime/drivers/cpu/Grid.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace attn::rt {
namespace {

/// Round to nearest, denormals kept, no traps, whatever the calling thread has set.
class DefaultFloats {
public:
#if defined(__x86_64__)
  DefaultFloats() : saved(_mm_getcsr()) { _mm_setcsr(0x1F80); }
  ~DefaultFloats() { _mm_setcsr(saved); }

private:
  unsigned saved;
#else
  DefaultFloats() {}
#endif
};

} // namespace

GridJob::GridJob(const Launch &launch, int64_t slots, ScratchSlots &scratch)
    : launch(launch), slots(slots), points(launch.grid[0] * launch.grid[1] * launch.grid[2]),
      // Single points while there are few, so that uneven ones balance; runs of points when they must be tiny.
      chunk(std::clamp<int64_t>(points / (slots * 64), 1, 64)), scratch(scratch),
      used(new std::atomic<bool>[size_t(slots)]) {
  for (int64_t i = 0; i < slots; ++i)
    used[size_t(i)].store(false, std::memory_order_relaxed);
}

void GridJob::task(void *data, int64_t slot) {
  auto &job = *static_cast<GridJob *>(data);
  if (slot < 0 || slot >= job.slots || job.used[size_t(slot)].exchange(true))
    return;
  job.work(job.scratch.slot(slot));
}

void GridJob::work(void *memory) {
  DefaultFloats floats;
  const int64_t gx = launch.grid[0], gy = launch.grid[1];
  for (;;) {
    int64_t point = next.fetch_add(chunk, std::memory_order_relaxed);
    if (point >= points)
      return;
    for (int64_t end = std::min(point + chunk, points); point < end; ++point)
      launch.kernel(launch.args, point % gx, point / gx % gy, point / gx / gy, memory);
  }
}

} // namespace attn::rt
