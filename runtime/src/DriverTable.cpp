// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists the drivers by name and answers for those that leave optional functions out.
#include "runtime/src/Driver.h"
#include "runtime/src/Status.h"

#include <cstring>

namespace attn::rt {

static const DriverInfo drivers[] = {
    {"cpu", createCpuDriver},
    {"null", createNullDriver},
};

const DriverInfo *findDriver(const char *name) {
  if (!name) {
    fail(ATTN_INVALID_ARGUMENT, "expects a driver name, but got null");
    return nullptr;
  }
  for (const DriverInfo &driver : drivers)
    if (!strcmp(driver.name, name))
      return &driver;
  fail(ATTN_INVALID_ARGUMENT, "expects driver 'cpu' or 'null', but got '%.64s'", name);
  return nullptr;
}

attn_status Driver::setThreads(int64_t) { return fail(ATTN_UNSUPPORTED, "this driver runs no threads"); }

attn_status Driver::setPool(const attn_host_pool *) { return fail(ATTN_UNSUPPORTED, "this driver runs no threads"); }

attn_status Driver::launchCount(int64_t &) {
  return fail(ATTN_UNSUPPORTED, "this driver records no launches; the 'null' driver does");
}

attn_status Driver::launchRecord(int64_t, attn_launch_record &) {
  return fail(ATTN_UNSUPPORTED, "this driver records no launches; the 'null' driver does");
}

} // namespace attn::rt
