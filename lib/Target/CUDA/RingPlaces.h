// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a role stands in the rings that it fills and reads: a stage and a phase, carried by its loops and branches.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::cuda {

/// One way in which a role goes through a ring.
enum class Walk { fills, reads, lands };

struct RingEnd {
  mlir::Value ring;
  Walk walk;
  bool operator==(const RingEnd &other) const { return ring == other.ring && walk == other.walk; }
};

/// The end that an op moves on by one slot, if it does.
std::optional<RingEnd> movedBy(mlir::Operation *op);

/// A stage and a phase, i32 both.
struct Place {
  mlir::Value stage, phase;
};

/// The ends that a block's ops move on. Those of one depth that stand at the same stage wherever a loop or a branch begins
/// or ends are one group, with one place to carry.
class RingPlaces {
public:
  explicit RingPlaces(mlir::Block &block);

  size_t numGroups() const { return depths.size(); }
  int64_t depthOf(size_t group) const { return depths[group]; }
  /// The group of the end that an op moves on.
  size_t groupOf(RingEnd end) const;
  /// Groups with an end that an op inside moves on.
  llvm::SmallVector<size_t> groupsIn(mlir::Operation *op) const;

private:
  llvm::SmallVector<RingEnd> ends;
  llvm::SmallVector<size_t> groups; ///< of each end
  llvm::SmallVector<int64_t> depths; ///< of each group
};

} // namespace attn::cuda
