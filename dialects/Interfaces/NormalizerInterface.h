// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a normalizer is asked: where in the plane, in which type, how the logarithm of the sum is reported.
#pragma once

#include "mlir/IR/Attributes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Value.h"

namespace attn {

/// The row (and, for functions of a pair, the column) that a normalizer's IR is emitted for. Index values; `j` may be
/// null in functions of the row. `captures` holds one `!attn.captured` value per captured tensor. `type` is the
/// compute type, f32 or f64.
struct NormalizerContext {
  mlir::Value b;
  mlir::Value h;
  mlir::Value i;
  mlir::Value j;
  mlir::Type type;
  llvm::SmallVector<mlir::Value> captures;
};

/// How a row's log-sum-exp is reported.
struct LseForm {
  /// Base 2 instead of e.
  bool base2 = false;
  bool sinkIncluded = false;
};

/// What joins two references; `other` is only known by its IR.
enum class CombineKind { maximum, minimum, add, other };

} // namespace attn

#include "dialects/Interfaces/NormalizerInterface.h.inc"
