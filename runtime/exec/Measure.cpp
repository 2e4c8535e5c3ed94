// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Repeats a call and compares every run with the first bit for bit.
#include "runtime/exec/Measure.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace attn::rt {

static double medianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

double Timing::median() const { return medianOf(seconds); }

std::string Timing::text() const {
  double least = seconds.empty() ? 0 : *std::min_element(seconds.begin(), seconds.end());
  std::string text = formatText("median %.3f ms, least %.3f ms, %zu calls", median() * 1e3, least * 1e3, seconds.size());
  return host.empty() ? text : text + formatText(", enqueued in %.1f us", medianOf(host) * 1e6);
}

static Failure callOnce(Session &session, std::vector<double> &seconds) {
  auto start = std::chrono::steady_clock::now();
  if (Failure failure = session.call())
    return failure;
  if (Failure failure = session.fetch())
    return failure;
  seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return {};
}

static Failure checkSame(Session &session, const std::vector<Array> &first, size_t call) {
  for (size_t i = 0; i < first.size(); ++i)
    if (memcmp(first[i].data(), session.results()[i].data(), size_t(first[i].bytes())))
      return {ATTN_INTERNAL, formatText("result '%s' of call %zu differs from that of the first call",
                                        session.description().results[i].name, call)};
  return {};
}

Failure callRepeatedly(Session &session, const ExecOptions &options, Timing &timing) {
  std::vector<double> warmUp;
  if (Failure failure = callOnce(session, warmUp))
    return failure;
  if (Failure failure = session.checkMemory())
    return failure;
  int64_t repeat = options.time ? (options.repeat ? options.repeat : 10) : std::max<int64_t>(options.repeat, 1) - 1;
  std::vector<Array> first;
  for (Array &result : session.results()) {
    Result<Array> copy = result.clone();
    if (!copy)
      return {ATTN_OUT_OF_MEMORY, copy.error().message};
    first.push_back(std::move(*copy));
  }
  if (options.time && session.onDevice()) {
    Failure failure = session.timeCalls(repeat, timing.seconds, timing.host);
    if (!failure)
      failure = session.fetch();
    return failure ? failure : checkSame(session, first, timing.seconds.size() + 1);
  }
  for (int64_t i = 0; i < repeat; ++i) {
    Failure failure = callOnce(session, timing.seconds);
    if (!failure)
      failure = checkSame(session, first, timing.seconds.size() + 1);
    if (failure)
      return failure;
  }
  return {};
}

} // namespace attn::rt
