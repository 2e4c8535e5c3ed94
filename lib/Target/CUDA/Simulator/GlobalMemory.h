// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory that all blocks see: buffers far apart, so that every access past an end is found.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include <cstdint>
#include <string>
#include <vector>

namespace attn::cuda::simulator {

/// Who accesses: a warp at its time, and the times of the others that it knows of.
struct Accessor {
  uint32_t block = 0, warp = 0;
  bool isEarly = false;           ///< the launch before this one may still run
  llvm::ArrayRef<uint32_t> known; ///< by warp; its own time at its own number
};

class GlobalMemory {
public:
  /// A buffer of zeros. Its address is a multiple of 256.
  uint64_t add(int64_t bytes, bool isConstant = false);
  /// The bytes of the buffer at an address that `add` returned.
  std::vector<uint8_t> &bytes(uint64_t address) { return buffers[number(address)].bytes; }

  /// Forgets who wrote what, as a launch's end does.
  void beginLaunch();

  /// The bytes of an access, or null with a reason. Elements written by other blocks of the launch, or by other warps
  /// without a barrier since, cannot be read.
  const uint8_t *read(const Accessor &who, uint64_t address, int64_t size, std::string &reason);
  uint8_t *write(const Accessor &who, uint64_t address, int64_t size, std::string &reason);
  /// Without a record, for what orders itself.
  uint8_t *find(uint64_t address, int64_t size, std::string &reason);

private:
  static constexpr unsigned kShift = 36;
  /// Who wrote a byte: 0 nobody in this launch.
  struct Writer {
    uint32_t block = 0;
    uint16_t warp = 0;
    uint32_t time = 0;
  };
  struct Buffer {
    std::vector<uint8_t> bytes;
    std::vector<Writer> writers;
    bool isConstant = false;
  };
  static uint64_t number(uint64_t address) { return (address >> kShift) - 1; }
  bool check(const Accessor &who, uint64_t address, int64_t size, std::string &reason);

  std::vector<Buffer> buffers;
};

} // namespace attn::cuda::simulator
