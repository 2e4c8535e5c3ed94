// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls an entry as often as the options say, watching its memory and its bits.
#ifndef ATTN_RUNTIME_EXEC_MEASURE_H
#define ATTN_RUNTIME_EXEC_MEASURE_H

#include "runtime/exec/Session.h"

namespace attn::rt {

/// Times of the calls that count; the first call of all does not, where times were asked for.
struct Timing {
  std::vector<double> seconds;
  /// On a device: what the host needed to enqueue each.
  std::vector<double> host;
  double median() const;
  /// "median 1.2 ms, least 1.1 ms, 10 calls".
  std::string text() const;
};

/// Calls once, checks memory, then calls again (10 times with --time unless --repeat says otherwise). Fails where a
/// call fails, writes where it may not, or gives other bits than the first. On a device, times are the device's, and of
/// the timed calls the last one's bits are compared.
Failure callRepeatedly(Session &session, const ExecOptions &options, Timing &timing);

} // namespace attn::rt

#endif
