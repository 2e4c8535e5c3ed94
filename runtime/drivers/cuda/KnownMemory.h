// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Addresses of which the driver said that they are this device's memory.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_KNOWNMEMORY_H
#define ATTN_RUNTIME_DRIVERS_CUDA_KNOWNMEMORY_H

#include "runtime/drivers/cuda/Mix.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace attn::rt::cuda {

/// The addresses that came last. Any thread may call; nothing waits. Memory may go without anyone saying so here: a
/// known address spares the question, and is no proof.
class KnownMemory {
public:
  bool has(uintptr_t address) const {
    for (const std::atomic<uintptr_t> &slot : sets[setOf(address)].slots)
      if (slot.load(std::memory_order_relaxed) == address)
        return true;
    return false;
  }

  void add(uintptr_t address) {
    Set &set = sets[setOf(address)];
    unsigned way = set.next.fetch_add(1, std::memory_order_relaxed) % kWays;
    set.slots[way].store(address, std::memory_order_relaxed);
  }

  void forget() {
    for (Set &set : sets)
      for (std::atomic<uintptr_t> &slot : set.slots)
        slot.store(0, std::memory_order_relaxed);
  }

private:
  static constexpr unsigned kSetBits = 6, kWays = 8;

  struct Set {
    std::atomic<uintptr_t> slots[kWays] = {};
    std::atomic<unsigned> next{0};
  };

  static size_t setOf(uintptr_t address) { return size_t(mix(address) >> (64 - kSetBits)); }

  Set sets[1 << kSetBits];
};

} // namespace attn::rt::cuda

#endif
