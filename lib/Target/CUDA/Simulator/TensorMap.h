// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the copy engine knows of a tensor: where its elements lie and how large a box is.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>

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

  /// Calls visit(the element's address, or none outside of the tensor; where it lies in shared memory) for each element of
  /// a box, until it returns false.
  template <typename FnT> bool forEachElement(llvm::ArrayRef<int64_t> start, uint32_t shared, FnT visit) const;
};

/// Where 128-byte swizzling puts a byte of shared memory: the three bits above 16 bytes are changed by those above
/// 128.
inline uint32_t swizzle128(uint32_t address) { return address ^ (address >> 3 & 0x70); }

template <typename FnT>
bool TensorMap::forEachElement(llvm::ArrayRef<int64_t> start, uint32_t shared, FnT visit) const {
  llvm::SmallVector<int64_t, 5> place(box.size(), 0);
  for (uint32_t done = 0, bytes = boxBytes(); done < bytes; done += elementBytes) {
    uint64_t address = base;
    bool isInside = true;
    for (size_t axis = 0; axis < place.size(); ++axis) {
      int64_t at = start[axis] + place[axis];
      isInside &= at >= 0 && at < extents[axis];
      address += at * strides[axis];
    }
    uint32_t in = swizzle ? swizzle128(shared + done) : shared + done;
    if (!visit(isInside ? std::optional<uint64_t>(address) : std::nullopt, in))
      return false;
    for (size_t axis = 0; axis < place.size() && ++place[axis] == box[axis]; ++axis)
      place[axis] = 0;
  }
  return true;
}

} // namespace attn::cuda::simulator
