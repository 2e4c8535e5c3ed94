// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The Philox4x32-10 counter generator and the input values made from it, the same bits on every platform.
#ifndef ATTN_RUNTIME_SUPPORT_PHILOX_H
#define ATTN_RUNTIME_SUPPORT_PHILOX_H

#include <array>
#include <cstdint>

namespace attn::rt {

/// Ten rounds of Philox4x32 (Salmon et al., SC 2011) over a counter.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// The stream of one argument: key = (low half of seed, argument number), counter = (low and high half of the element
/// number, high half of seed, 0).
struct InputStream {
  uint64_t seed;
  uint32_t argument;

  std::array<uint32_t, 4> words(uint64_t element) const;
  /// In [0, 1): the top 24 bits of word 0.
  double uniform(uint64_t element) const;
  /// Box–Muller of words 0 and 1: sqrt(−2 ln u1) · cos(2π u2) with u1 = (word 0 + 1) / 2^32, u2 = word 1 / 2^32.
  double normal(uint64_t element) const;
};

} // namespace attn::rt

#endif
