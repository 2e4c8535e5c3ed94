// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cpu driver: a launch is a parallel loop over its grid that has ended when the call returns.
#include "runtime/drivers/cpu/Grid.h"
#include "runtime/src/Status.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sched.h>
#include <unistd.h>

namespace attn::rt {
namespace {

constexpr int64_t kMaxThreads = 1024;

int64_t processors() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return std::clamp<int64_t>(CPU_COUNT(&set), 1, kMaxThreads);
#endif
  return std::clamp<int64_t>(sysconf(_SC_NPROCESSORS_ONLN), 1, kMaxThreads);
}

attn_status threadsFromEnvironment(int64_t &threads) {
  threads = processors();
  const char *text = getenv("ATTN_NUM_THREADS");
  if (!text || !*text)
    return ATTN_OK;
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (*end || errno || value < 1 || value > kMaxThreads)
    return fail(ATTN_INVALID_ARGUMENT, "expects ATTN_NUM_THREADS to be an integer from 1 to 1024, but got '%.64s'",
                text);
  threads = value;
  return ATTN_OK;
}

template <typename T> void fillWith(void *data, int64_t count, int64_t bits) {
  T value = T(bits);
  std::fill_n(static_cast<T *>(data), size_t(count), value);
}

class CpuDriver final : public Driver {
public:
  explicit CpuDriver(int64_t threads) : threads(threads) { pool::addUser(); }
  ~CpuDriver() override { pool::removeUser(); }

  attn_status launch(const Launch &launch) override;
  attn_status fill(const Fill &fill) override;
  attn_status setThreads(int64_t count) override;
  attn_status setPool(const attn_host_pool *pool) override;

private:
  attn_status noScratch(const Launch &launch);
  attn_status runHere(const Launch &launch);
  attn_status runOnHost(const Launch &launch, const attn_host_pool &pool, int64_t points);

  std::mutex settings;
  int64_t threads;
  attn_host_pool host = {nullptr, 0, nullptr};
  std::mutex hostJobs; ///< held for a whole job on the host's pool; guards its scratch
  ScratchSlots hostScratch;
  Workspace single; ///< scratch of launches that run on the calling thread alone
};

attn_status CpuDriver::noScratch(const Launch &launch) {
  return fail(ATTN_OUT_OF_MEMORY, "kernel '%s' needs %lld bytes of scratch a thread, and there is no memory for them",
              launch.name, (long long)launch.scratchBytes);
}

attn_status CpuDriver::runHere(const Launch &launch) {
  AlignedBuffer memory;
  if (!single.take(size_t(launch.scratchBytes), memory))
    return noScratch(launch);
  ScratchSlots none;
  GridJob(launch, 1, none).work(memory.data());
  single.giveBack(std::move(memory));
  return ATTN_OK;
}

attn_status CpuDriver::runOnHost(const Launch &launch, const attn_host_pool &pool, int64_t points) {
  std::lock_guard<std::mutex> lock(hostJobs);
  // One slot more than tasks: this thread finishes what a pool left undone.
  int64_t slots = std::min(points, pool.threads);
  if (!hostScratch.reserve(slots + 1, size_t(launch.scratchBytes)))
    return noScratch(launch);
  GridJob job(launch, slots + 1, hostScratch);
  pool.run(pool.self, slots, GridJob::task, &job);
  GridJob::task(&job, slots);
  return ATTN_OK;
}

attn_status CpuDriver::launch(const Launch &launch) {
  int64_t points = launch.grid[0] * launch.grid[1] * launch.grid[2], width;
  attn_host_pool pool;
  {
    std::lock_guard<std::mutex> lock(settings);
    width = std::min(points, threads);
    pool = host;
  }
  if (!launch.kernel)
    return fail(ATTN_UNSUPPORTED, "kernel '%s' has no code for the cpu", launch.name);
  if (points == 0)
    return ATTN_OK;
  if (pool.run && points > 1)
    return runOnHost(launch, pool, points);
  if (width == 1 || pool::insideTask())
    return runHere(launch);
  pool::Session session;
  if (!session.scratch().reserve(width, size_t(launch.scratchBytes)))
    return noScratch(launch);
  GridJob job(launch, width, session.scratch());
  session.run(width, GridJob::task, &job);
  return ATTN_OK;
}

attn_status CpuDriver::fill(const Fill &fill) {
  switch (fill.elementBytes) {
  case 1: fillWith<uint8_t>(fill.data, fill.count, fill.bits); break;
  case 2: fillWith<uint16_t>(fill.data, fill.count, fill.bits); break;
  case 4: fillWith<uint32_t>(fill.data, fill.count, fill.bits); break;
  case 8: fillWith<uint64_t>(fill.data, fill.count, fill.bits); break;
  }
  return ATTN_OK;
}

attn_status CpuDriver::setThreads(int64_t count) {
  std::lock_guard<std::mutex> lock(settings);
  threads = count;
  return ATTN_OK;
}

attn_status CpuDriver::setPool(const attn_host_pool *pool) {
  std::lock_guard<std::mutex> lock(settings);
  host = pool ? *pool : attn_host_pool{nullptr, 0, nullptr};
  return ATTN_OK;
}

} // namespace

attn_status createCpuDriver(const char *, std::unique_ptr<Driver> &driver) {
  int64_t threads;
  if (attn_status status = threadsFromEnvironment(threads))
    return status;
  driver = std::make_unique<CpuDriver>(threads);
  return ATTN_OK;
}

} // namespace attn::rt
