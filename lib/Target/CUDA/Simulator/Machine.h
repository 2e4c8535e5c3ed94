// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A block that runs: its warps, its barriers, what is in flight.
#pragma once

#include "lib/Target/CUDA/Simulator/DecodedFunction.h"
#include "lib/Target/CUDA/Simulator/SharedMemory.h"
#include "lib/Target/CUDA/Simulator/Simulator.h"
#include "lib/Target/CUDA/Simulator/TensorMap.h"
#include <deque>
#include <map>
#include <random>

namespace attn::cuda::simulator {

class ThreadBlock;

/// A barrier in shared memory.
struct Barrier {
  int64_t expected = 0, pending = 0, bytes = 0;
  uint64_t phase = 0;
  unsigned maker = 0;
  uint32_t made = 0; ///< when, by its maker
  /// What those who arrived in this phase knew, and those of the phases before.
  llvm::SmallVector<uint32_t> arriving, passed;
};

/// A named barrier.
struct Rendezvous {
  int64_t threads = 0, arrived = 0;
  uint64_t turn = 0;
  llvm::SmallVector<uint32_t> arriving, passed;
};

/// A copy of one box that is in flight.
struct BulkCopy {
  const TensorMap *map;
  llvm::SmallVector<int64_t, 5> start;
  uint32_t target, barrier;
  llvm::SmallVector<uint32_t> known;
};

/// A copy of one box to memory, of which a warp waits until it has read.
struct BulkCopyOut {
  const TensorMap *map;
  llvm::SmallVector<int64_t, 5> start;
  uint32_t source;
  ByteRange range() const { return {source, source + uint32_t(map->boxBytes())}; }
};

/// Copies of single chunks that a warp waits for by groups.
struct ChunkCopy {
  uint64_t source;
  uint32_t target;
  uint32_t bytes, size; ///< read, written; the rest is zeros
};

/// A product that the four warps of a group begin: which instruction, and its descriptors.
struct GroupProduct {
  const Instruction *instruction;
  uint64_t left, right;
  unsigned warps = 0;
};

/// Products of a group of warps: the registers that they write, the bytes that they read.
struct ProductGroup {
  llvm::SmallVector<uint32_t> registers;
  llvm::SmallVector<ByteRange> reads;
};

class Warp {
public:
  Warp(ThreadBlock &block, unsigned number);
  void start();
  Step run();

  template <typename T> T *at(uint32_t reg) { return reinterpret_cast<T *>(file.data() + reg); }
  /// The lanes that carry an instruction out.
  uint32_t lanes(const Instruction &i);
  bool isWhole() const { return mask == kAllLanes; }
  /// Ends what was done so far: who learns of it later learns all of it.
  void tick() { ++known[number]; }
  void learn(llvm::ArrayRef<uint32_t> other);
  Accessor accessor() const;
  Step fail(const Instruction &i, const llvm::Twine &message);
  bool isInFlight(uint32_t reg) const { return !inFlight.empty() && llvm::is_contained(inFlight, reg); }

  ThreadBlock &block;
  const unsigned number;
  uint32_t mask = kAllLanes;
  size_t next = 0;
  bool isDone = false;
  bool isBehindLaunch = false;       ///< what launches before this one wrote is there
  llvm::SmallVector<uint32_t> known; ///< times of all warps

  struct Frame {
    uint32_t before, later; ///< lanes to restore, and those that take the other branch
  };
  llvm::SmallVector<Frame> frames;

  /// The turn of the named barrier that it waits for.
  std::optional<uint64_t> waitsForTurn;
  /// Products begun and not committed, and groups committed.
  ProductGroup open;
  std::deque<ProductGroup> groups;
  llvm::SmallVector<uint32_t> inFlight;
  bool productsFenced = false;
  uint64_t productCount = 0;
  std::vector<ChunkCopy> openCopies;
  std::deque<std::vector<ChunkCopy>> copyGroups;
  std::vector<BulkCopyOut> openCopiesOut;
  std::deque<std::vector<BulkCopyOut>> copyOutGroups;

private:
  bool usesInFlight(const Instruction &i) const;
  std::vector<uint8_t> file;
};

class ThreadBlock {
public:
  /// `image`: the registers' first contents, with the addresses of parameters.
  ThreadBlock(const DecodedFunction &program, std::vector<uint8_t> image, GlobalMemory &memory,
              llvm::ArrayRef<TensorMap> maps, const Options &options, Counts &counts);

  /// Runs one block to its end.
  bool run(uint32_t number, std::array<int64_t, 3> point, std::array<int64_t, 3> grid);

  const TensorMap *mapAt(uint64_t address) const;
  uint64_t choose(uint64_t below) { return random() % below; }
  /// Counts what arrives at a barrier, and ends its phase.
  void settle(Barrier &barrier);

  const DecodedFunction &program;
  const std::vector<uint8_t> image;
  GlobalMemory &global;
  llvm::ArrayRef<TensorMap> maps;
  const Options &options;
  Counts &counts;
  SharedMemory shared;
  std::vector<Warp> warps;
  std::map<uint32_t, Barrier> barriers;
  std::map<int64_t, Rendezvous> rendezvous;
  std::vector<BulkCopy> copies;
  /// Products of which warps have not come yet, by group and number.
  std::map<std::pair<unsigned, uint64_t>, GroupProduct> products;
  std::string error;
  uint32_t number = 0;
  std::array<int64_t, 3> point, grid;

private:
  bool land(size_t index);
  bool checkEnd();
  void reportDeadlock();
  std::mt19937_64 random;
};

/// Calls a function with the number of every lane of a mask.
template <typename FnT> void forEachLane(uint32_t mask, FnT visit) {
  for (unsigned lane = 0; lane < kLanes; ++lane)
    if (mask >> lane & 1)
      visit(lane);
}

} // namespace attn::cuda::simulator
