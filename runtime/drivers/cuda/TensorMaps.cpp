// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes tensor maps that were made before, changes the address of one of the same shape, or encodes.
#include "runtime/drivers/cuda/TensorMaps.h"

#include "runtime/src/Status.h"
#include "runtime/src/Tensor.h"

#include <algorithm>
#include <cstring>

namespace attn::rt::cuda {
namespace {

constexpr uint64_t kAlignment = 16, kStrideLimit = uint64_t(1) << 40, kExtentLimit = uint64_t(1) << 32;

int mapType(DLDataType type) {
  if (type.code == kDLBfloat)
    return kMapBF16;
  if (type.code == kDLFloat)
    return type.bits == 16 ? kMapF16 : type.bits == 32 ? kMapF32 : kMapF64;
  return type.bits == 8 ? kMapU8 : type.bits == 16 ? kMapU16 : type.bits == 32 ? kMapU32 : kMapU64;
}

int mapSwizzle(int64_t bytes) {
  return bytes == 128 ? kSwizzle128 : bytes == 64 ? kSwizzle64 : bytes == 32 ? kSwizzle32 : kSwizzleNone;
}

/// An operand in an argument block: base, sizes, strides.
struct Operand {
  const char *place;
  int64_t rank;

  int64_t word(int64_t number) const {
    int64_t value;
    memcpy(&value, place + 8 * number, sizeof value);
    return value;
  }
  void *base() const { return reinterpret_cast<void *>(uintptr_t(word(0))); }
  int64_t size(int64_t dim) const { return word(1 + dim); }
  int64_t stride(int64_t dim) const { return word(1 + rank + dim); }
};

/// The axis that names the same dim, or the rank.
int64_t twin(const attn_descriptor_desc &map, int64_t axis) {
  for (int64_t other = 0; other < map.rank; ++other)
    if (other != axis && map.dims[other] == map.dims[axis])
      return other;
  return map.rank;
}

} // namespace

bool MapShape::operator==(const MapShape &other) const { return !memcmp(this, &other, sizeof *this); }

size_t TensorMaps::Hash::operator()(const MapShape &shape) const {
  uint64_t words[sizeof(MapShape) / 8], value = 0xCBF29CE484222325;
  memcpy(words, &shape, sizeof words);
  for (uint64_t word : words)
    value = (value ^ word ^ (value >> 29)) * 0x9E3779B97F4A7C15;
  return size_t(value ^ (value >> 32));
}

attn_status describeMap(const attn_descriptor_desc &map, const void *block, const char *kernel, MapShape &shape,
                        void *&base, bool &empty) {
  Operand operand = {static_cast<const char *>(block) + map.offset, map.memref_rank};
  base = operand.base();
  empty = false;
  for (int64_t d = 0; d < operand.rank; ++d)
    empty |= operand.size(d) == 0;
  if (empty)
    return ATTN_OK;
  auto refuse = [&](const char *what, int64_t dim, uint64_t got) {
    return fail(ATTN_UNALIGNED, "kernel '%s' copies its operand at byte %lld as tiles and expects %s, but dim %lld has "
                                "%llu",
                kernel, (long long)map.offset, what, (long long)dim, (unsigned long long)got);
  };
  if (reinterpret_cast<uintptr_t>(base) % kAlignment)
    return fail(ATTN_UNALIGNED, "kernel '%s' copies its operand at byte %lld as tiles and expects data aligned to %d "
                                "bytes, but it lies %d past a multiple of that",
                kernel, (long long)map.offset, int(kAlignment), int(reinterpret_cast<uintptr_t>(base) % kAlignment));
  uint64_t bytes = uint64_t(typeBytes(map.dtype)), dense = bytes;
  memset(&shape, 0, sizeof shape);
  shape.type = mapType(map.dtype);
  shape.swizzle = mapSwizzle(map.swizzle);
  shape.rank = map.rank;
  for (int64_t a = 0; a < map.rank; ++a) {
    int64_t dim = map.dims[a], other = twin(map, a);
    uint64_t extent = uint64_t(operand.size(dim)), stride = uint64_t(operand.stride(dim)) * bytes;
    if (other < map.rank) {
      uint64_t part = uint64_t(map.box[std::min(a, other)]);
      if (extent % part)
        return refuse("a split dim to be a multiple of its box", dim, extent);
      stride *= a < other ? 1 : part;
      extent = a < other ? part : extent / part;
    }
    // What a dim of one element has for a stride never counts.
    if (extent == 1)
      stride = a ? (dense + kAlignment - 1) / kAlignment * kAlignment : bytes;
    if (extent > kExtentLimit)
      return refuse("extents of at most 2^32", dim, extent);
    if (a == 0 && stride != bytes)
      return refuse("inner stride 1", dim, stride / bytes);
    if (a > 0 && (stride % kAlignment || stride >= kStrideLimit))
      return refuse("strides that are multiples of 16 bytes below 2^40", dim, stride);
    shape.extents[a] = extent;
    shape.strides[a] = stride;
    shape.box[a] = uint64_t(map.box[a]);
    dense = std::max(dense, stride * extent);
  }
  return ATTN_OK;
}

attn_status TensorMaps::encode(const MapShape &shape, void *base, const char *kernel, TensorMap &made) {
  if (!api.encodeMap)
    return fail(ATTN_VERSION_MISMATCH, "kernel '%s' needs tensor maps, and the driver is too old for them", kernel);
  unsigned box[MapShape::kMaxRank], steps[MapShape::kMaxRank];
  for (int64_t a = 0; a < shape.rank; ++a) {
    box[a] = unsigned(shape.box[a]);
    steps[a] = 1;
  }
  int code = api.encodeMap(&made, int(shape.type), unsigned(shape.rank), base, shape.extents, shape.strides + 1, box,
                           steps, /*interleave=*/0, int(shape.swizzle), kPromote128, /*outside: zeros*/ 0);
  if (code == kInvalidValue)
    return fail(ATTN_UNALIGNED, "kernel '%s' copies an operand as tiles, and the driver refuses its extents or strides",
                kernel);
  return code ? failWith(api, code, "cannot make a tensor map for kernel '%s'", kernel) : ATTN_OK;
}

attn_status TensorMaps::makeOne(const attn_descriptor_desc &map, int64_t number, const void *block, const char *kernel,
                                TensorMap &made) {
  RecentMaps::Operand operand = {number, static_cast<const char *>(block) + map.offset,
                                 size_t(8 * (1 + 2 * map.memref_rank))};
  if (const TensorMap *same = recent.find(operand)) {
    made = *same;
    return ATTN_OK;
  }
  MapShape shape;
  void *base;
  bool empty;
  if (attn_status status = describeMap(map, block, kernel, shape, base, empty))
    return status;
  if (empty) {
    memset(&made, 0, sizeof made);
    return ATTN_OK;
  }
  auto found = known.find(shape);
  bool moved = false;
  if (found != known.end() && api.replaceAddress) {
    made = found->second;
    moved = !api.replaceAddress(&made, base);
  }
  if (!moved) {
    if (attn_status status = encode(shape, base, kernel, made))
      return status;
    if (known.size() >= kMost)
      known.clear();
    known[shape] = made;
  }
  recent.add(operand, made);
  return ATTN_OK;
}

attn_status TensorMaps::make(const attn_device_variant &form, int64_t number, const void *block, const char *kernel,
                             TensorMap *made) {
  if (!form.ndescriptors)
    return ATTN_OK;
  std::lock_guard<std::mutex> lock(mutex);
  for (int64_t i = 0; i < form.ndescriptors; ++i)
    if (attn_status status = makeOne(form.descriptors[i], number + i, block, kernel, made[i]))
      return status;
  return ATTN_OK;
}

} // namespace attn::rt::cuda
