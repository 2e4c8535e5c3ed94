// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bounds, alignment and order of accesses to memory that all blocks see.
#include "lib/Target/CUDA/Simulator/GlobalMemory.h"

using namespace attn::cuda::simulator;

uint64_t GlobalMemory::add(int64_t bytes, bool isConstant) {
  Buffer buffer;
  buffer.bytes.resize(bytes);
  buffer.isConstant = isConstant;
  buffers.push_back(std::move(buffer));
  return uint64_t(buffers.size()) << kShift;
}

void GlobalMemory::beginLaunch() {
  for (Buffer &buffer : buffers)
    buffer.writers.clear();
}

uint8_t *GlobalMemory::find(uint64_t address, int64_t size, std::string &reason) {
  uint64_t index = number(address), offset = address & ((uint64_t(1) << kShift) - 1);
  if (address >> kShift == 0 || index >= buffers.size()) {
    reason = ("at address " + llvm::Twine(address) + ", where no memory is").str();
    return nullptr;
  }
  Buffer &buffer = buffers[index];
  if (offset + size > buffer.bytes.size()) {
    reason = ("bytes [" + llvm::Twine(offset) + ", " + llvm::Twine(offset + size) + ") of a buffer of " +
              llvm::Twine(buffer.bytes.size()))
                 .str();
    return nullptr;
  }
  if (offset % size) {
    reason = ("at byte " + llvm::Twine(offset) + ", which is no multiple of the access's " + llvm::Twine(size)).str();
    return nullptr;
  }
  return buffer.bytes.data() + offset;
}

bool GlobalMemory::check(const Accessor &who, uint64_t address, int64_t size, std::string &reason) {
  Buffer &buffer = buffers[number(address)];
  uint64_t offset = address & ((uint64_t(1) << kShift) - 1);
  if (who.isEarly && !buffer.isConstant) {
    reason = "memory before it waits for the launch before it";
    return false;
  }
  if (buffer.writers.empty())
    return true;
  for (uint64_t at = offset; at < offset + size; ++at) {
    const Writer &writer = buffer.writers[at];
    if (writer.time == 0)
      continue;
    if (writer.block != who.block) {
      reason =
          ("byte " + llvm::Twine(at) + ", which block " + llvm::Twine(writer.block) + " of this launch wrote").str();
      return false;
    }
    if (who.known[writer.warp] < writer.time) {
      reason =
          ("byte " + llvm::Twine(at) + ", which warp " + llvm::Twine(writer.warp) + " wrote, without a barrier since")
              .str();
      return false;
    }
  }
  return true;
}

const uint8_t *GlobalMemory::read(const Accessor &who, uint64_t address, int64_t size, std::string &reason) {
  uint8_t *place = find(address, size, reason);
  return place && check(who, address, size, reason) ? place : nullptr;
}

uint8_t *GlobalMemory::write(const Accessor &who, uint64_t address, int64_t size, std::string &reason) {
  uint8_t *place = find(address, size, reason);
  if (!place || !check(who, address, size, reason))
    return nullptr;
  Buffer &buffer = buffers[number(address)];
  if (buffer.isConstant) {
    reason = "a constant";
    return nullptr;
  }
  if (buffer.writers.empty())
    buffer.writers.resize(buffer.bytes.size());
  uint64_t offset = address & ((uint64_t(1) << kShift) - 1);
  for (uint64_t at = offset; at < offset + size; ++at)
    buffer.writers[at] = {who.block, uint16_t(who.warp), who.known[who.warp]};
  return place;
}
