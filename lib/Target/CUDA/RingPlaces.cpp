// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which ends of rings a role moves on together.
#include "lib/Target/CUDA/RingPlaces.h"

#include "lib/Target/CUDA/SharedLayout.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

std::optional<RingEnd> movedBy(Operation *op) {
  if (auto acquire = dyn_cast<AcquireOp>(op))
    return RingEnd{acquire.getRing(), Walk::fills};
  if (auto wait = dyn_cast<WaitOp>(op))
    return RingEnd{wait.getRing(), Walk::reads};
  auto copy = dyn_cast<CopyOp>(op);
  if (copy && !copy.getBarriers() && mayEndEarly(copy))
    if (auto acquire = getRootOfSlot(copy.getSlot()).getDefiningOp<AcquireOp>())
      return RingEnd{acquire.getRing(), Walk::lands};
  return std::nullopt;
}

/// How often an end moves between the beginnings and ends of regions, in order.
static void countMoves(Block &block, RingEnd end, SmallVectorImpl<int64_t> &counts) {
  counts.push_back(0);
  for (Operation &op : block) {
    if (movedBy(&op) == std::optional<RingEnd>(end))
      ++counts.back();
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        countMoves(inner, end, counts);
    if (op.getNumRegions())
      counts.push_back(0);
  }
}

/// The barrier at which copies land that end early is one.
static int64_t depthOfEnd(RingEnd end) {
  return end.walk == Walk::lands ? 1 : cast<RingType>(end.ring.getType()).getDepth();
}

RingPlaces::RingPlaces(Block &block) {
  block.walk([&](Operation *op) {
    std::optional<RingEnd> end = movedBy(op);
    if (end && !llvm::is_contained(ends, *end))
      ends.push_back(*end);
  });
  SmallVector<SmallVector<int64_t>> known;
  for (RingEnd end : ends) {
    SmallVector<int64_t> counts;
    countMoves(block, end, counts);
    if (end.walk == Walk::lands) // moves only where a copy did end early, and so with no other
      counts.push_back(-1 - static_cast<int64_t>(known.size()));
    counts.push_back(depthOfEnd(end));
    auto *same = llvm::find(known, counts);
    groups.push_back(same - known.begin());
    if (same == known.end()) {
      depths.push_back(counts.back());
      known.push_back(std::move(counts));
    }
  }
}

size_t RingPlaces::groupOf(RingEnd end) const { return groups[llvm::find(ends, end) - ends.begin()]; }

SmallVector<size_t> RingPlaces::groupsIn(Operation *op) const {
  SmallVector<size_t> found;
  op->walk([&](Operation *inner) {
    if (std::optional<RingEnd> end = movedBy(inner))
      if (size_t group = groupOf(*end); !llvm::is_contained(found, group))
        found.push_back(group);
  });
  llvm::sort(found);
  return found;
}

} // namespace attn::cuda
