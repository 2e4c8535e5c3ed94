// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the copy engine knows of a tensor: where its elements lie and how large a box is.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace attn::cuda::simulator {

/// Axes run from fastest to slowest.
struct TensorMap {
  uint64_t parameter = 0; ///< the address of its kernel parameter
  uint64_t base = 0;
  int64_t elementBytes = 0;
  llvm::SmallVector<int64_t, 5> extents, strides; ///< elements; bytes
  llvm::SmallVector<int64_t, 5> box;
  int64_t swizzle = 0; ///< bytes of the pattern: 128, or 0 for none

  int64_t boxBytes() const {
    int64_t bytes = elementBytes;
    for (int64_t extent : box)
      bytes *= extent;
    return bytes;
  }
};

/// Where 128-byte swizzling puts a byte of shared memory: the three bits above 16 bytes are changed by those above
/// 128.
inline uint32_t swizzle128(uint32_t address) { return address ^ (address >> 3 & 0x70); }

} // namespace attn::cuda::simulator
