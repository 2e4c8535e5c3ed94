// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One answer for every normalizer, built in (an attribute) or user-defined (an attn.normalizer symbol).
#pragma once

#include "dialects/Attn/AttnOps.h"
#include "dialects/Interfaces/NormalizerInterface.h"

namespace attn {

/// The row monoid of a normalizer. A value type; valid while the IR it was made from is.
class Normalizer {
public:
  /// The normalizer an op names: an attribute that implements NormalizerAttrInterface, or a symbol seen from `from`.
  /// Nothing where the symbol does not resolve.
  static std::optional<Normalizer> get(mlir::Attribute normalizer, mlir::Operation *from);
  static std::optional<Normalizer> get(NormalizeOp op) { return get(op.getNormalizer(), op); }
  static std::optional<Normalizer> get(MergeOp op) { return get(op.getNormalizer(), op); }
  static std::optional<Normalizer> get(AttendOp op) { return get(op.getNormalizer(), op); }

  bool hasReference() const;
  /// Whether removing a pair may be one select of -inf on its score.
  bool absorbing() const;
  unsigned numSums() const;
  /// The reference, if any, and the sums: what `apply partial` returns after the accumulator.
  unsigned stateSize() const { return numSums() + (hasReference() ? 1 : 0); }
  /// How references combine; CombineKind::other: only emitCombine knows.
  CombineKind combineKind() const;
  /// Whether the output scale is anything but 1.
  bool hasFinalize() const;
  bool hasLse() const;
  bool hasSink() const;
  /// Whether merge takes (O, LSE) pairs.
  bool acceptsLsePairs() const;
  /// Checks the captured tensors against a plane of `heads` heads and this compute type.
  mlir::LogicalResult verifyCaptures(mlir::TypeRange captures, int64_t heads, mlir::Type compute,
                                     llvm::function_ref<mlir::InFlightDiagnostic()> emitError) const;

  mlir::Value emitReference(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value score,
                            const NormalizerContext &at) const;
  mlir::Value emitCombine(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value left, mlir::Value right,
                          const NormalizerContext &at) const;
  mlir::Value emitIdentity(mlir::OpBuilder &builder, mlir::Location loc, const NormalizerContext &at) const;
  /// `reference` is null where there is none.
  mlir::Value emitWeight(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value score, mlir::Value reference,
                         const NormalizerContext &at) const;
  mlir::Value emitRescale(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value from, mlir::Value to,
                          const NormalizerContext &at) const;
  /// Appends numSums() contributions of one weight.
  void emitSums(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value weight, const NormalizerContext &at,
                llvm::SmallVectorImpl<mlir::Value> &sums) const;
  /// O = accumulator * scale; null where hasFinalize() is false and the scale is 1.
  mlir::Value emitFinalize(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value reference, mlir::ValueRange sums,
                           const NormalizerContext &at) const;
  mlir::Value emitLse(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value reference, mlir::ValueRange sums,
                      const NormalizerContext &at, LseForm form) const;
  /// The state of a row known by (O, LSE): returns its reference, appends its sums; its accumulator is O.
  mlir::Value emitStateFromLse(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value lse, LseForm form,
                               const NormalizerContext &at, llvm::SmallVectorImpl<mlir::Value> &sums) const;

private:
  explicit Normalizer(NormalizerAttrInterface builtin) : builtin(builtin) {}
  explicit Normalizer(NormalizerOp symbol) : symbol(symbol) {}
  llvm::SmallVector<mlir::Value> inlineRegion(mlir::OpBuilder &builder, mlir::Region &region, mlir::ValueRange values,
                                              const NormalizerContext &at) const;

  NormalizerAttrInterface builtin;
  mutable NormalizerOp symbol;
};

/// That an op has its `lse_base`, which a generic op with one of another type has not, in spite of the default.
mlir::LogicalResult verifyLseBase(mlir::Operation *op);

/// Checks how an op uses a normalizer: captures, LSE, sink. Symbols are looked up from `op`.
mlir::LogicalResult verifyNormalizerUse(mlir::Operation *op, mlir::Attribute normalizer, mlir::TypeRange captures,
                                        int64_t heads, mlir::Type compute, bool wantsLse, LseBase base,
                                        std::optional<bool> sinkIncluded);

} // namespace attn
