// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes a context the current one of this thread and puts the caller's back.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_CURRENT_H
#define ATTN_RUNTIME_DRIVERS_CUDA_CURRENT_H

#include "runtime/drivers/cuda/CudaApi.h"
#include "runtime/src/Driver.h"

namespace attn::rt::cuda {

/// The driver's code where the context could not be made current; then there is nothing to leave. What is inside on
/// this thread asks the driver no more.
int enterContext(const Api &api, Context context, Entered &entered);
void leaveContext(const Api &api, const Entered &entered);

class Current {
public:
  Current(const Api &api, Context context) : api(api), result(enterContext(api, context, entered)) {}
  Current(const Current &) = delete;
  Current &operator=(const Current &) = delete;
  ~Current() {
    if (!result)
      leaveContext(api, entered);
  }

  /// Not 0 where the context could not be made current.
  int code() const { return result; }

private:
  const Api &api;
  Entered entered;
  int result;
};

} // namespace attn::rt::cuda

#endif
