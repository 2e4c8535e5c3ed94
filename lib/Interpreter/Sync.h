// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slots and barriers: who knows of which access, so that an access that nobody ordered is found.
#pragma once

#include "mlir/IR/Operation.h"
#include "llvm/ADT/BitVector.h"

#include <vector>

namespace attn::interpreter {

/// The accesses that somebody knows to have ended, by number.
struct Knowledge {
  llvm::BitVector ended;

  bool has(size_t access) const { return access < ended.size() && ended[access]; }
  bool hasAll(const Knowledge &other) const { return !other.ended.test(ended); }
  void add(size_t access) {
    if (access >= ended.size())
      ended.resize(access + 1);
    ended.set(access);
  }
  void add(const Knowledge &other) { ended |= other.ended; }
};

/// A write or a read of a slot.
struct SlotAccess {
  mlir::Operation *op;
  size_t number;
  /// Made by threads, and not shown to copies and products since.
  bool isHidden;
};

/// What was done to a slot: its last writes, and the reads since.
struct History {
  std::vector<SlotAccess> writes, reads;
};

/// One barrier.
struct BarrierState {
  int64_t phase = 0, missing = 0, bytes = 0;
  /// Of those who arrived in this phase, and of all who did in the ended ones.
  Knowledge gathered, shown;

  /// Ends the phase if nothing is missing.
  void tryEnd(int64_t arrivals) {
    if (missing != 0 || bytes != 0)
      return;
    ++phase;
    missing = arrivals;
    shown.add(gathered);
  }
};

struct Barriers {
  mlir::Operation *op;
  int64_t arrivals;
  std::vector<BarrierState> states;
};

} // namespace attn::interpreter
