// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Remembers which context this thread is inside of, so that a call asks the driver once.
#include "runtime/drivers/cuda/Current.h"

namespace attn::rt::cuda {

static thread_local Context inside = nullptr;

int enterContext(const Api &api, Context context, Entered &entered) {
  entered = {inside, false};
  if (inside == context)
    return kSuccess;
  Context now = nullptr;
  int code = api.getCurrent(&now);
  if (!code && now != context) {
    code = api.pushCurrent(context);
    entered.pushed = !code;
  }
  if (!code)
    inside = context;
  return code;
}

void leaveContext(const Api &api, const Entered &entered) {
  Context popped;
  if (entered.pushed)
    api.popCurrent(&popped);
  inside = static_cast<Context>(entered.before);
}

} // namespace attn::rt::cuda
