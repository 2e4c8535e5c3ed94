// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor maps of a launch's operands: those of the last launches, or one of the same shape with its address changed.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_TENSORMAPS_H
#define ATTN_RUNTIME_DRIVERS_CUDA_TENSORMAPS_H

#include "runtime/drivers/cuda/RecentMaps.h"

#include <mutex>
#include <unordered_map>

namespace attn::rt::cuda {

/// What a map depends on but for the address: fixed-size words, so that it hashes and compares as memory.
struct MapShape {
  static constexpr int kMaxRank = 5;
  int64_t type, swizzle, rank;
  uint64_t extents[kMaxRank], strides[kMaxRank]; ///< strides in bytes; of axis 0: the element's
  uint64_t box[kMaxRank];

  bool operator==(const MapShape &other) const;
};

/// Reads an operand of an argument block as a descriptor sees it. False and a message (unaligned) where the device's
/// copies cannot take its base or a stride. `empty` is set where it has no element; the rest is then not filled in.
attn_status describeMap(const attn_descriptor_desc &map, const void *block, const char *kernel, MapShape &shape,
                        void *&base, bool &empty);

/// The maps of one context. Any thread may call.
class TensorMaps {
public:
  explicit TensorMaps(const Api &api) : api(api) {}

  /// Writes the maps of a form's operands, which all lie in the block. An empty operand's is all zeros: nothing reads
  /// through it. `number` is of the form's first map; no other form of the context has it, or those that follow.
  attn_status make(const attn_device_variant &form, int64_t number, const void *block, const char *kernel,
                   TensorMap *made);

private:
  struct Hash {
    size_t operator()(const MapShape &shape) const;
  };
  static constexpr size_t kMost = 4096;

  attn_status makeOne(const attn_descriptor_desc &map, int64_t number, const void *block, const char *kernel,
                      TensorMap &made);
  attn_status encode(const MapShape &shape, void *base, const char *kernel, TensorMap &made);

  const Api &api;
  std::mutex mutex;
  RecentMaps recent;
  std::unordered_map<MapShape, TensorMap, Hash> known; ///< of some address
};

} // namespace attn::rt::cuda

#endif
