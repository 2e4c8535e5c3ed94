// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The hash of the cuda driver's small tables.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_MIX_H
#define ATTN_RUNTIME_DRIVERS_CUDA_MIX_H

#include <cstdint>

namespace attn::rt::cuda {

/// Spreads what differs in a few bits over all 64.
inline uint64_t mix(uint64_t value) {
  value *= 0x9E3779B97F4A7C15;
  return (value ^ value >> 32) * 0x9E3779B97F4A7C15;
}

} // namespace attn::rt::cuda

#endif
