// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The virtual types of the attn dialect.
#pragma once

#include "dialects/Attn/AttnDialect.h"
#include "mlir/IR/BuiltinTypes.h"

#define GET_TYPEDEF_CLASSES
#include "dialects/Attn/AttnTypes.h.inc"

namespace attn {

/// Scores or weights: shape (batch, heads, queries, keys) and compute type.
class PlaneType : public mlir::Type {
public:
  using mlir::Type::Type;
  static bool classof(mlir::Type type) { return mlir::isa<ScoresType, WeightsType>(type); }
  llvm::ArrayRef<int64_t> getShape() const;
  mlir::Type getElementType() const;
};

/// What a region sees of a tensor operand.
CapturedType getCapturedType(mlir::RankedTensorType tensor);

/// The compute type of a storage type: f64 for f64, else f32.
mlir::Type getComputeType(mlir::Type storage);

/// Whether two extents can be equal: the same, or one known at run time only.
bool extentsMatch(int64_t left, int64_t right);
/// How messages write an extent: `?` where it is known at run time only.
std::string extentText(int64_t extent);
/// The more precise of two extents that match.
int64_t joinExtents(int64_t left, int64_t right);
/// Whether shapes of the same rank match extent by extent.
bool shapesMatch(llvm::ArrayRef<int64_t> left, llvm::ArrayRef<int64_t> right);

} // namespace attn
