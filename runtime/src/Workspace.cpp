// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keeps freed workspaces for the next call, so that steady calls do not allocate.
#include "runtime/src/Workspace.h"

#include <cstdint>
#include <cstdlib>
#include <utility>

namespace attn::rt {

AlignedBuffer::AlignedBuffer(AlignedBuffer &&other) noexcept { *this = std::move(other); }

AlignedBuffer &AlignedBuffer::operator=(AlignedBuffer &&other) noexcept {
  std::swap(memory, other.memory);
  std::swap(room, other.room);
  return *this;
}

AlignedBuffer::~AlignedBuffer() { free(memory); }

bool AlignedBuffer::reserve(size_t bytes) {
  if (bytes <= room)
    return true;
  if (bytes > SIZE_MAX / 2)
    return false;
  size_t rounded = (bytes + 63) / 64 * 64;
  void *larger = aligned_alloc(64, rounded);
  if (!larger)
    return false;
  free(memory);
  memory = larger;
  room = rounded;
  return true;
}

bool Workspace::take(size_t bytes, AlignedBuffer &buffer) {
  // Never waits: a forked child may find the lock held for ever, and a fresh buffer does as well.
  if (std::unique_lock<std::mutex> lock(mutex, std::try_to_lock); lock) {
    AlignedBuffer *best = &kept[0];
    for (AlignedBuffer &candidate : kept)
      if (candidate.size() >= bytes ? best->size() < bytes || candidate.size() < best->size()
                                    : best->size() < bytes && candidate.size() > best->size())
        best = &candidate;
    buffer = std::move(*best);
  }
  return buffer.reserve(bytes);
}

void Workspace::giveBack(AlignedBuffer buffer) {
  std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);
  if (!lock)
    return;
  AlignedBuffer *smallest = &kept[0];
  for (AlignedBuffer &candidate : kept)
    if (candidate.size() < smallest->size())
      smallest = &candidate;
  if (smallest->size() < buffer.size())
    *smallest = std::move(buffer); // the swapped-out one ends with `buffer`
}

} // namespace attn::rt
