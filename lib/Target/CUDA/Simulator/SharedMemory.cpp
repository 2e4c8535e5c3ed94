// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Order of accesses to a block's memory, by threads, copies and tensor cores.
#include "lib/Target/CUDA/Simulator/SharedMemory.h"

using namespace attn::cuda::simulator;
using llvm::Twine;

void SharedMemory::clear() {
  std::fill(states.begin(), states.end(), State());
  std::fill(reads.begin(), reads.end(), 0);
  std::fill(fences.begin(), fences.end(), 0);
  products.clear();
  copiesOut.clear();
}

bool SharedMemory::checkPlace(uint32_t address, uint32_t size, std::string &reason) const {
  if (address < kBase || address - kBase + uint64_t(size) > bytes.size()) {
    reason = ("bytes [" + Twine(int64_t(address) - kBase) + ", " + Twine(int64_t(address) - kBase + size) + ") of " +
              Twine(bytes.size()) + " of shared memory")
                 .str();
    return false;
  }
  if (size <= 16 && address % size) {
    reason = ("at byte " + Twine(address - kBase) + ", which is no multiple of the access's " + Twine(size)).str();
    return false;
  }
  return true;
}

/// Whether what lies there is known to have been written.
bool SharedMemory::checkWritten(const Accessor &who, uint32_t at, std::string &reason) const {
  const State &state = states[at];
  if ((state.flags & (written | landing | barrier)) == written && who.known[state.writer] >= state.time)
    return true;
  if (state.flags & barrier)
    reason = ("byte " + Twine(at) + ", where a barrier lies").str();
  else if (state.flags & landing)
    reason = ("byte " + Twine(at) + ", where a copy is in flight").str();
  else if (!(state.flags & written))
    reason = ("byte " + Twine(at) + ", which nobody wrote").str();
  else
    reason =
        ("byte " + Twine(at) + ", which warp " + Twine(unsigned(state.writer)) + " wrote, without a barrier since")
            .str();
  return false;
}

/// Whether whoever wrote (anything but this value) or read there is known to be done.
bool SharedMemory::checkFree(const Accessor &who, uint32_t at, std::optional<uint8_t> value,
                             std::string &reason) const {
  const State &state = states[at];
  bool isUnknown = (state.flags & written) && who.known[state.writer] < state.time && value != bytes[at];
  if ((state.flags & (landing | barrier)) || isUnknown)
    return checkWritten(who, at, reason);
  for (unsigned warp = 0; warp < warps; ++warp)
    if (reads[at * warps + warp] > who.known[warp]) {
      reason = ("byte " + Twine(at) + ", which warp " + Twine(warp) + " may still read").str();
      return false;
    }
  return true;
}

bool SharedMemory::checkInFlight(ByteRange range, std::string &reason) const {
  auto check = [&](llvm::ArrayRef<ByteRange> reads, llvm::StringRef reader) {
    for (ByteRange other : reads)
      if (range.meets(other)) {
        reason = ("bytes [" + Twine(range.begin - kBase) + ", " + Twine(range.end - kBase) + "), which a " + reader +
                  " in flight reads")
                     .str();
        return false;
      }
    return true;
  };
  return check(products, "product") && check(copiesOut, "copy to memory");
}

/// What threads wrote is seen by copies and tensor cores only behind a fence of the writer's.
bool SharedMemory::checkFenced(uint32_t at, std::string &reason) const {
  const State &state = states[at];
  if (!(state.flags & written) || (state.flags & byCopy) || fences[state.writer] >= state.time)
    return true;
  reason =
      ("byte " + Twine(at) + ", which warp " + Twine(unsigned(state.writer)) + " wrote, without a fence since").str();
  return false;
}

const uint8_t *SharedMemory::read(const Accessor &who, uint32_t address, uint32_t size, std::string &reason) {
  if (!checkPlace(address, size, reason))
    return nullptr;
  uint32_t first = address - kBase;
  for (uint32_t at = first; at < first + size; ++at) {
    if (!checkWritten(who, at, reason))
      return nullptr;
    reads[at * warps + who.warp] = who.known[who.warp];
  }
  return bytes.data() + first;
}

bool SharedMemory::write(const Accessor &who, uint32_t address, const uint8_t *from, uint32_t size,
                         std::string &reason) {
  if (!checkPlace(address, size, reason) || !checkInFlight({address, address + size}, reason))
    return false;
  uint32_t first = address - kBase;
  for (uint32_t n = 0; n < size; ++n) {
    if (!checkFree(who, first + n, from[n], reason))
      return false;
    states[first + n] = {who.known[who.warp], uint8_t(who.warp), written};
    bytes[first + n] = from[n];
  }
  return true;
}

const uint8_t *SharedMemory::readAsync(const Accessor &who, uint32_t address, uint32_t size, std::string &reason) {
  if (!checkPlace(address, size, reason))
    return nullptr;
  for (uint32_t at = address - kBase; at < address - kBase + size; ++at)
    if (!checkFenced(at, reason))
      return nullptr;
  return read(who, address, size, reason);
}

bool SharedMemory::beginCopy(const Accessor &who, ByteRange range, bool byEngine, std::string &reason) {
  if (!checkPlace(range.begin, range.end - range.begin, reason))
    return false;
  if (!checkInFlight(range, reason))
    return false;
  for (uint32_t at = range.begin - kBase; at < range.end - kBase; ++at) {
    if (!checkFree(who, at, std::nullopt, reason) || (byEngine && !checkFenced(at, reason)))
      return false;
    states[at] = {who.known[who.warp], uint8_t(who.warp), uint8_t(byEngine ? landing | byCopy : landing)};
  }
  return true;
}

uint8_t *SharedMemory::land(ByteRange range) {
  for (uint32_t at = range.begin - kBase; at < range.end - kBase; ++at)
    states[at].flags = (states[at].flags & byCopy) | written;
  return bytes.data() + (range.begin - kBase);
}

void SharedMemory::endProduct(ByteRange range) {
  for (ByteRange &other : products)
    if (other.begin == range.begin && other.end == range.end) {
      other = products.back();
      products.pop_back();
      return;
    }
}

bool SharedMemory::makeBarrier(uint32_t address, std::string &reason) {
  if (!checkPlace(address, 8, reason))
    return false;
  for (uint32_t at = address - kBase; at < address - kBase + 8; ++at) {
    if (states[at].flags) {
      reason = ("byte " + Twine(at) + ", which is used already").str();
      return false;
    }
    states[at].flags = barrier;
  }
  return true;
}
