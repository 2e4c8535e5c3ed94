// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Aligned host memory that is kept between calls.
#ifndef ATTN_RUNTIME_SRC_WORKSPACE_H
#define ATTN_RUNTIME_SRC_WORKSPACE_H

#include <cstddef>
#include <mutex>

namespace attn::rt {

/// 64-byte aligned memory that grows and is freed with its owner. Contents are not kept when it grows.
class AlignedBuffer {
public:
  AlignedBuffer() = default;
  AlignedBuffer(AlignedBuffer &&other) noexcept;
  AlignedBuffer &operator=(AlignedBuffer &&other) noexcept;
  ~AlignedBuffer();

  /// Makes room for `bytes`; false when there is no memory, and then the old room stays.
  bool reserve(size_t bytes);
  void *data() const { return memory; }
  size_t size() const { return room; }

private:
  void *memory = nullptr;
  size_t room = 0;
};

/// Lends one buffer to each call under way and keeps the largest few for the next.
class Workspace {
public:
  /// A buffer of at least `bytes`; false when there is no memory.
  bool take(size_t bytes, AlignedBuffer &buffer);
  void giveBack(AlignedBuffer buffer);

private:
  static constexpr int kKept = 4;
  std::mutex mutex;
  AlignedBuffer kept[kKept];
};

} // namespace attn::rt

#endif
