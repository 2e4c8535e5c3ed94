// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host code of the hand-written library's entries, for its manifest.
#ifndef ATTN_RUNTIME_CTS_LIBRARYKERNELS_H
#define ATTN_RUNTIME_CTS_LIBRARYKERNELS_H

#include "attn-rt/abi.h"

#define ATTN_CTS_ENTRY(name)                                                                                           \
  int32_t name(attn_context *context, const DLTensor *const *args, size_t nargs, DLTensor *const *results,             \
               size_t nresults, void *workspace, size_t bytes, attn_stream stream)

namespace attn::rt::cts {

ATTN_CTS_ENTRY(attend);
ATTN_CTS_ENTRY(packed);
ATTN_CTS_ENTRY(listed);
ATTN_CTS_ENTRY(points);
ATTN_CTS_ENTRY(level);
ATTN_CTS_ENTRY(copy);
ATTN_CTS_ENTRY(filled);
ATTN_CTS_ENTRY(broken);

void attendKernel(const void *args, int64_t x, int64_t y, int64_t z, void *scratch);
void pointsKernel(const void *args, int64_t x, int64_t y, int64_t z, void *scratch);
void levelAny(const void *args, int64_t x, int64_t y, int64_t z, void *scratch);
void levelV2(const void *args, int64_t x, int64_t y, int64_t z, void *scratch);
void levelTooHigh(const void *args, int64_t x, int64_t y, int64_t z, void *scratch);

/// Bytes of scratch that the attend kernel uses: a row of at most 4096 weights.
constexpr int64_t kAttendScratch = 4096 * 4;

/// Bytes of their argument blocks.
constexpr int64_t kAttendBytes = (4 * 9 + 3 + 1 + 7) * 8, kPointsBytes = 7 * 8, kLevelBytes = 3 * 8;

} // namespace attn::rt::cts

#endif
