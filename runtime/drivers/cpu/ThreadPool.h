// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The process's own threads: made when first needed, asleep between jobs, joined when the last context ends.
#ifndef ATTN_RUNTIME_DRIVERS_CPU_THREADPOOL_H
#define ATTN_RUNTIME_DRIVERS_CPU_THREADPOOL_H

#include "runtime/src/Workspace.h"

#include <cstdint>
#include <vector>

namespace attn::rt {

/// One aligned scratch per task slot, kept between jobs.
class ScratchSlots {
public:
  /// Makes room of `bytes` for each of `slots`; false when there is no memory.
  bool reserve(int64_t slots, size_t bytes);
  void *slot(int64_t index) const { return buffers[size_t(index)].data(); }

private:
  std::vector<AlignedBuffer> buffers;
};

/// A unit of work: called once with every slot number of a job.
using Task = void (*)(void *data, int64_t slot);

/// All functions are for any thread. A forked child starts with no threads and makes its own.
namespace pool {

/// Counts contexts; when the last one leaves, the threads are joined.
void addUser();
void removeUser();

/// Owns the pool while one job uses it, with its scratch. Jobs of several callers follow one another.
class Session {
public:
  Session();
  ~Session();
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  ScratchSlots &scratch();
  /// Runs task(data, 0) here and the other slots on pool threads, and returns after all ended. Where threads cannot be
  /// made, fewer slots run; the task must not rely on each of them.
  void run(int64_t slots, Task task, void *data);

private:
  struct State *state;
};

/// Threads alive now, for tests.
int64_t threadCount();

/// Whether this thread is inside a task; it must not start another job.
bool insideTask();

} // namespace pool
} // namespace attn::rt

#endif
