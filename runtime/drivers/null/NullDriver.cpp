// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The null driver: writes down what would be launched and runs nothing.
#include "runtime/src/Driver.h"
#include "runtime/src/Status.h"

#include <mutex>
#include <vector>

namespace attn::rt {
namespace {

class NullDriver final : public Driver {
public:
  attn_status launch(const Launch &launch) override {
    return add({launch.name, {launch.grid[0], launch.grid[1], launch.grid[2]}, launch.argsBytes, launch.scratchBytes});
  }

  attn_status fill(const Fill &fill) override { return add({"fill", {fill.count, fill.elementBytes, 1}, 0, 0}); }

  attn_status setThreads(int64_t) override { return ATTN_OK; }
  attn_status setPool(const attn_host_pool *) override { return ATTN_OK; }

  attn_status launchCount(int64_t &count) override {
    std::lock_guard<std::mutex> lock(mutex);
    count = int64_t(records.size());
    return ATTN_OK;
  }

  attn_status launchRecord(int64_t index, attn_launch_record &record) override {
    std::lock_guard<std::mutex> lock(mutex);
    if (index < 0 || index >= int64_t(records.size()))
      return fail(ATTN_INVALID_ARGUMENT, "expects a launch number below %zu, but got %lld", records.size(),
                  (long long)index);
    record = records[size_t(index)];
    return ATTN_OK;
  }

private:
  // Enough for any test, and a bound for a program that never looks.
  static constexpr size_t kMost = 1 << 20;

  attn_status add(const attn_launch_record &record) {
    std::lock_guard<std::mutex> lock(mutex);
    if (records.size() >= kMost)
      return fail(ATTN_OUT_OF_MEMORY, "the null driver records at most %zu launches", kMost);
    records.push_back(record);
    return ATTN_OK;
  }

  std::mutex mutex;
  std::vector<attn_launch_record> records;
};

} // namespace

attn_status createNullDriver(const char *, std::unique_ptr<Driver> &driver) {
  driver = std::make_unique<NullDriver>();
  return ATTN_OK;
}

} // namespace attn::rt
