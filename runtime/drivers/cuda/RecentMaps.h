// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor maps that were made last, by what lay in the argument block: the address, sizes and strides of an operand.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_RECENTMAPS_H
#define ATTN_RUNTIME_DRIVERS_CUDA_RECENTMAPS_H

#include "runtime/drivers/cuda/CudaApi.h"

#include <vector>

namespace attn::rt::cuda {

/// A map follows from its description and these words alone: none is ever out of date. Not for several threads.
class RecentMaps {
public:
  /// One operand: `number` stands for the description, `words` is its place in the block.
  struct Operand {
    int64_t number;
    const void *words;
    size_t bytes;
  };

  /// The operand's map, good until the next `add`; null where it is not kept.
  const TensorMap *find(const Operand &operand) const;
  void add(const Operand &operand, const TensorMap &map);

private:
  static constexpr unsigned kSetBits = 5, kWays = 8;
  static constexpr size_t kMostBytes = 8 * (1 + 2 * 8);

  struct Kept {
    TensorMap map;
    int64_t number;
    char words[kMostBytes];
  };
  struct Set {
    uint64_t tags[kWays] = {};
    unsigned next = 0;
  };

  static uint64_t tagOf(const Operand &operand);
  static size_t setOf(uint64_t tag) { return size_t(tag >> (64 - kSetBits)); }

  Set sets[1 << kSetBits];
  std::vector<Kept> kept; ///< kWays for each set, once there is one
};

} // namespace attn::rt::cuda

#endif
