// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a kind of device must offer, and the table of the kinds there are.
#ifndef ATTN_RUNTIME_SRC_DRIVER_H
#define ATTN_RUNTIME_SRC_DRIVER_H

#include "attn-rt/runtime.h"

#include <memory>

namespace attn::rt {

/// One launch, its kernel already resolved to the variant that the CPU runs.
struct Launch {
  const char *name; ///< the manifest's, or ""
  attn_kernel_fn kernel; ///< null where the CPU has none
  const attn_kernel_desc *description; ///< null where the manifest does not list the kernel
  const void *args;
  int64_t argsBytes;
  int64_t grid[3];
  int64_t scratchBytes;
  attn_stream stream;
};

/// One fill of a dense range.
struct Fill {
  void *data;
  int64_t count;
  int64_t elementBytes;
  int64_t bits;
  attn_stream stream;
};

/// A device as one context sees it. Calls may come from several threads. Failures leave a message (Status.h).
class Driver {
public:
  virtual ~Driver() = default;
  virtual attn_status launch(const Launch &launch) = 0;
  virtual attn_status fill(const Fill &fill) = 0;
  virtual attn_status setThreads(int64_t threads);
  virtual attn_status setPool(const attn_host_pool *pool);
  virtual attn_status launchCount(int64_t &count);
  virtual attn_status launchRecord(int64_t index, attn_launch_record &record);
};

/// One row of the table. `create` returns null and leaves a message where the device cannot be used.
struct DriverInfo {
  const char *name;
  attn_status (*create)(std::unique_ptr<Driver> &driver);
};

/// The row of that name, or null with a message that lists the names.
const DriverInfo *findDriver(const char *name);

attn_status createCpuDriver(std::unique_ptr<Driver> &driver);
attn_status createNullDriver(std::unique_ptr<Driver> &driver);

} // namespace attn::rt

#endif
