// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Masks as the oracle evaluates them, and regions of pairs.
#pragma once

#include "lib/Reference/Scope.h"

namespace attn::reference {

/// A score, weight or mask region: x (not for a mask), b, h, i, j, captured tensors.
class PairProgram {
public:
  PairProgram(mlir::Region &region, std::vector<TensorRef> captures, bool rounds, FirstError &errors);
  /// What the region yields for a pair that has the score or weight `x`.
  Cell ofScore(double x, const Place &at, int64_t j) { return run(Cell::ofReal(x), at, j, 0); }
  /// Whether a region without x has a pair.
  Membership ofPair(const Place &at, int64_t j) { return membership(run({}, at, j, 1)); }
  static Membership membership(const Cell &cell) { return cell.unspecified ? open : cell.integer ? present : absent; }

private:
  Cell run(Cell x, const Place &at, int64_t j, unsigned skipped);

  ScalarProgram program;
  std::vector<TensorRef> captures;
  std::vector<Cell> cells;
};

/// The pairs that a mask has on a plane with this domain, by the oracle's own formula of each mask op of the dialect;
/// for ops of other dialects by running the IR that they emit. `user` is the op that applies the mask.
Mask makeMask(mlir::Value mask, const Domain &domain, mlir::Operation *user, Scope &scope);

} // namespace attn::reference
