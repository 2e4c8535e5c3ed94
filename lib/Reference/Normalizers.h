// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalizers as the oracle evaluates them: whole rows at once, and states of disjoint parts of a row.
#pragma once

#include "lib/Reference/Scope.h"

namespace attn::reference {

/// The functions of one normalizer. Copies are independent: a copy may be used on another thread.
struct RowNormalizer {
  bool hasReference = false;
  unsigned numSums = 0;
  /// Turns the scores of the existing pairs into weights under the row's reference, and returns the row's state.
  std::function<RowState(Row &)> weigh;
  /// The state of a row made of disjoint parts; `factors` are the ones for the parts' accumulators.
  std::function<RowState(const Place &, llvm::ArrayRef<RowState> parts, llvm::SmallVectorImpl<double> &factors)> join;
  /// Output = accumulator * scale.
  std::function<double(const Place &, const RowState &)> scale;
  /// The row's log-sum-exp to base e; null where there is none.
  std::function<double(const Place &, const RowState &)> lse;

  unsigned stateSize() const { return numSums + (hasReference ? 1 : 0); }
};

/// How an op uses a normalizer.
struct NormalizerUse {
  mlir::Attribute normalizer;
  mlir::ValueRange captures;
  /// For the lse.
  bool sinkIncluded;
  mlir::Operation *user;
};

/// The oracle's own formulas for the built-in normalizers, else makeProgramNormalizer.
RowNormalizer makeNormalizer(NormalizerUse use, int64_t heads, Precision precision, Scope &scope);

/// The regions of a symbol, or what another dialect's attribute emits.
RowNormalizer makeProgramNormalizer(NormalizerUse use, Precision precision, Scope &scope);

} // namespace attn::reference
