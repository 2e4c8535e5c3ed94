// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The online form of a row, derived from its normalizer's contract.
#pragma once

#include "dialects/Attn/Normalizer.h"
#include "lib/Conversion/AttnToTile/Emitter.h"

namespace attn::totile {

/// What a tile of rows carries besides its accumulator: Mx1 tiles. The reference is null where there is none.
struct RowState {
  mlir::Value reference;
  llvm::SmallVector<mlir::Value> sums;

  /// Reference, if any, and sums, as `partial` results are ordered.
  llvm::SmallVector<mlir::Value> flat() const;
  /// The same number of values, from a flat list.
  static RowState from(mlir::ValueRange flat, bool hasReference);
};

/// Replaces what a tile holds for removed pairs by a neutral value; gives the tile back where every pair exists.
using RemovePairs = std::function<llvm::FailureOr<mlir::Value>(mlir::Value tile, mlir::Value neutral)>;

/// A normalizer's row monoid on tiles.
class RowMonoid {
public:
  RowMonoid(TileEmitter &emitter, const Normalizer &normalizer, mlir::ValueRange captures, mlir::Type compute)
      : emitter(emitter), normalizer(normalizer), captures(captures), compute(compute) {}

  /// The state of rows that have seen nothing, before the loop.
  llvm::FailureOr<RowState> empty();

  /// What a block of scores does to rows.
  struct Step {
    /// MxN weights under the new reference; 0 for removed pairs.
    mlir::Value weight;
    /// The factor for what was accumulated under the old reference; null: none.
    mlir::Value rescale;
    RowState next;
  };
  /// One block in the loop. Where the normalizer absorbs, removed pairs of `score` are -inf already.
  llvm::FailureOr<Step> step(const RowState &old, mlir::Value score, const RemovePairs &remove);
  /// The weights of scores whose rows are finished; 0 for removed pairs.
  llvm::FailureOr<mlir::Value> weigh(mlir::Value score, mlir::Value reference, const RemovePairs &remove);

  /// Two parts of the same rows: their joint state and the factors for both accumulators (null: none).
  struct Joint {
    RowState state;
    mlir::Value left, right;
  };
  llvm::FailureOr<Joint> combine(const RowState &left, const RowState &right, bool inLoop);

  /// Parts of one row, each a row of every tile: their joint state, 1x1 tiles, and the factor for each part's accumulator
  /// (null: none).
  struct JointParts {
    RowState state;
    mlir::Value factors;
  };
  llvm::FailureOr<JointParts> combineParts(const RowState &parts);

  /// The output scale, Mx1, or null for 1; and the log-sum-exp.
  llvm::FailureOr<mlir::Value> finalize(const RowState &state, bool inLoop = false);
  llvm::FailureOr<mlir::Value> lse(const RowState &state, LseForm form);
  /// The state of rows known by their log-sum-exp.
  llvm::FailureOr<RowState> fromLse(mlir::Value lse, LseForm form, bool inLoop);

  const Normalizer &contract() const { return normalizer; }
  mlir::Type type() const { return compute; }

private:
  using Emit =
      llvm::function_ref<mlir::Value(mlir::OpBuilder &, llvm::ArrayRef<mlir::Value>, const NormalizerContext &)>;
  llvm::FailureOr<TileValue> emit(llvm::ArrayRef<TileValue> inputs, Emit emit);
  /// The same as an Mx1 tile.
  llvm::FailureOr<mlir::Value> emitRow(llvm::ArrayRef<TileValue> inputs, bool inLoop, Emit emit);
  llvm::FailureOr<mlir::Value> reduceReference(mlir::Value tile, int64_t dim);
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> contributions(mlir::Value weight, const RemovePairs &remove);
  llvm::FailureOr<mlir::Value> join(mlir::Value left, mlir::Value right, bool inLoop);
  llvm::FailureOr<mlir::Value> rescale(mlir::Value from, mlir::Value to, bool inLoop);

  TileEmitter &emitter;
  Normalizer normalizer;
  llvm::SmallVector<mlir::Value> captures;
  mlir::Type compute;
};

} // namespace attn::totile
