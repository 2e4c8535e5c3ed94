// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes a context the current one of this thread and puts the caller's back.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_CURRENT_H
#define ATTN_RUNTIME_DRIVERS_CUDA_CURRENT_H

#include "runtime/drivers/cuda/CudaApi.h"

namespace attn::rt::cuda {

class Current {
public:
  Current(const Api &api, Context context) : api(api) {
    Context now = nullptr;
    result = api.getCurrent(&now);
    if (result || now == context)
      return;
    result = api.pushCurrent(context);
    pushed = !result;
  }
  Current(const Current &) = delete;
  Current &operator=(const Current &) = delete;
  ~Current() {
    Context popped;
    if (pushed)
      api.popCurrent(&popped);
  }

  /// Not 0 where the context could not be made current.
  int code() const { return result; }

private:
  const Api &api;
  int result = 0;
  bool pushed = false;
};

} // namespace attn::rt::cuda

#endif
