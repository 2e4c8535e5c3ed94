// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns a time into rates beside what the machine can do.
#include "lib/Run/Rates.h"

#include "lib/Run/Oracle.h"
#include "lib/Target/CPU/Peak.h"
#include "lib/Viz/MaskPairs.h"
#include "runtime/support/Result.h"

#include <cstdlib>
#include <thread>

using namespace mlir;

namespace attn {

static unsigned threadCount(int64_t asked) {
  if (asked > 0)
    return unsigned(asked);
  const char *text = getenv("ATTN_NUM_THREADS");
  int value = text ? atoi(text) : 0;
  return value > 0 ? unsigned(value) : std::max(1u, std::thread::hardware_concurrency());
}

std::optional<Work> countWork(func::FuncOp function, llvm::ArrayRef<rt::Array> arguments) {
  std::vector<reference::HostTensor> tensors;
  for (auto [array, type] : llvm::zip(arguments, function.getArgumentTypes()))
    tensors.push_back(toHostTensor(array, type));
  llvm::Expected<std::vector<viz::MaskedPlane>> planes = viz::findPlanes(function, tensors);
  if (!planes) {
    llvm::consumeError(planes.takeError()); // a function that it cannot follow has no rate
    return std::nullopt;
  }
  constexpr int64_t kSampledRows = 256;
  Work work;
  for (const viz::MaskedPlane &plane : *planes) {
    double pairs = plane.count(kSampledRows);
    work.pairs += pairs;
    work.flops += 2 * pairs * double(plane.headSize + plane.valueSize);
  }
  return planes->empty() ? std::nullopt : std::optional<Work>(work);
}

std::string ratesText(double seconds, int64_t bytes, std::optional<Work> work, std::optional<int64_t> threads) {
  if (!(seconds > 0))
    return "";
  std::string text;
  if (!threads) {
    if (work)
      text += rt::formatText(", %.1f GFLOP/s", work->flops / seconds * 1e-9);
    return text + rt::formatText(", %.2f GB/s", double(bytes) / seconds * 1e-9);
  }
  static const cpu::Peak peak = cpu::measurePeak(threadCount(*threads));
  if (work)
    text += rt::formatText(", %.1f GFLOP/s (%.0f%% of %.0f)", work->flops / seconds * 1e-9,
                           100 * work->flops / seconds / peak.flops, peak.flops * 1e-9);
  return text + rt::formatText(", %.2f GB/s (%.0f%% of %.1f)", double(bytes) / seconds * 1e-9,
                               100 * double(bytes) / seconds / peak.bytes, peak.bytes * 1e-9);
}

} // namespace attn
