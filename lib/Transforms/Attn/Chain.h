// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The chain of ops behind a plane, and the regions and masks that mean the same.
#pragma once

#include "dialects/Attn/AttnOps.h"
#include "llvm/ADT/SetVector.h"

namespace attn {

/// A plane read backwards to its score. Valid while the IR it was read from is.
struct Chain {
  ScoreOp score;
  /// Null where the plane is one of scores.
  NormalizeOp normalize;
  /// modify and gate of scores, then gate of weights, each in program order.
  llvm::SmallVector<mlir::Operation *> scoreSteps;
  llvm::SmallVector<mlir::Operation *> weightSteps;
  llvm::SetVector<mlir::Value> masks;

  /// The tensors that the steps read, each once.
  llvm::SetVector<mlir::Value> captures() const;
  /// Everything the chain reads: terms, lengths, masks, captured tensors.
  llvm::SmallVector<mlir::Value> operands() const;
};

/// The chain behind `plane`. Where there is none, says why at the op that stands in the way.
mlir::FailureOr<Chain> readChain(mlir::Value plane, mlir::Operation *consumer);

/// Fills an empty region of an attend with what `steps` do to a score or a weight, one after another. A run of gates
/// is one product: the logarithms in it are summed before they are exponentiated.
void composeSteps(mlir::OpBuilder &builder, mlir::Region &region, llvm::ArrayRef<mlir::Operation *> steps,
                  const llvm::SetVector<mlir::Value> &captures, ScoreOp score);

} // namespace attn
