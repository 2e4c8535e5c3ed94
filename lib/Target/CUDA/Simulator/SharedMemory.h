// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory of a block: who wrote and read each byte last, and whether whoever comes next may know.
#pragma once

#include "lib/Target/CUDA/Simulator/GlobalMemory.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>

namespace attn::cuda::simulator {

/// Addresses [begin, end) of shared memory.
struct ByteRange {
  uint32_t begin, end;
  bool operator==(ByteRange other) const { return begin == other.begin && end == other.end; }
  bool meets(ByteRange other) const { return begin < other.end && other.begin < end; }
};

class SharedMemory {
public:
  /// The first bytes are the system's, as on the device; tiles begin behind.
  static constexpr uint32_t kBase = 1024;

  SharedMemory(int64_t bytes, unsigned warps) : warps(warps), bytes(bytes), states(bytes), reads(bytes * warps) {}
  void clear();

  uint32_t size() const { return bytes.size(); }

  /// Bytes that threads read, or null with a reason.
  const uint8_t *read(const Accessor &who, uint32_t address, uint32_t size, std::string &reason);
  /// Writes; several warps may write the same, as those do that hold the same elements.
  bool write(const Accessor &who, uint32_t address, const uint8_t *from, uint32_t size, std::string &reason);
  /// Bytes that the tensor cores read for a warp: what threads wrote must have been fenced.
  const uint8_t *readAsync(const Accessor &who, uint32_t address, uint32_t size, std::string &reason);

  /// A copy that writes from now on until it lands, by the copy engine or for a thread.
  bool beginCopy(const Accessor &who, ByteRange range, bool byEngine, std::string &reason);
  uint8_t *land(ByteRange range);
  /// What products in flight read.
  void beginProduct(ByteRange range) { products.push_back(range); }
  void endProduct(ByteRange range);
  /// What copies to memory in flight read.
  void beginCopyOut(ByteRange range) { copiesOut.push_back(range); }
  void endCopyOut(ByteRange range) { copiesOut.erase(llvm::find(copiesOut, range)); }

  /// What a warp wrote until now is seen by copies and tensor cores.
  void fence(const Accessor &who) { fences[who.warp] = who.known[who.warp]; }

  /// Bytes that only barrier operations touch.
  bool makeBarrier(uint32_t address, std::string &reason);

private:
  enum Flag : uint8_t { written = 1, landing = 2, barrier = 4, byCopy = 8 };
  struct State {
    uint32_t time = 0; ///< when `writer` wrote
    uint8_t writer = 0, flags = 0;
  };
  bool checkPlace(uint32_t address, uint32_t size, std::string &reason) const;
  bool checkWritten(const Accessor &who, uint32_t at, std::string &reason) const;
  bool checkFree(const Accessor &who, uint32_t at, std::optional<uint8_t> value, std::string &reason) const;
  bool checkInFlight(ByteRange range, std::string &reason) const;
  bool checkFenced(uint32_t at, std::string &reason) const;

  unsigned warps;
  std::vector<uint8_t> bytes;
  std::vector<State> states;
  std::vector<uint32_t> reads; ///< [byte][warp]: when it read
  std::vector<ByteRange> products, copiesOut;
  std::vector<uint32_t> fences = std::vector<uint32_t>(warps);
};

} // namespace attn::cuda::simulator
