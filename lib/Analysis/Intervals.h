// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a scalar value can be over a box of pairs, as values of the emitted IR.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace attn {

/// The values that one SSA value of scalar IR takes over a box. By its type it is an integer (bounds of type index), a
/// boolean (i1) or a float. Nothing is known where all fields are null; a boolean is always known.
struct Abstract {
  /// The value itself, if it is the same for every pair.
  mlir::Value uniform;
  /// Bounds, inclusive, of an integer or float. A float bound is NaN only if every value is NaN.
  mlir::Value lo;
  mlir::Value hi;
  /// Whether a boolean can be true, and whether it always is.
  mlir::Value maybe;
  mlir::Value all;
  /// Integer: every value fits this width as a signed number, 64 where unknown. Float: every magnitude is at most
  /// 2^bits; meaningless where `uniform` is set.
  unsigned bits = 64;
  /// Which of rows (1) and columns (2) it depends on.
  unsigned depends = 0;
  /// Whether some pair takes each bound, whatever the box.
  bool attained = false;

  bool hasBounds() const { return static_cast<bool>(lo); }
};

/// Arithmetic on bounds at one place; folds what is constant.
class BoundsMath {
public:
  BoundsMath(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::Value index(int64_t value);
  mlir::Value boolean(bool value);
  mlir::Value add(mlir::Value left, mlir::Value right);
  mlir::Value sub(mlir::Value left, mlir::Value right);
  mlir::Value mul(mlir::Value left, mlir::Value right);
  mlir::Value min(mlir::Value left, mlir::Value right);
  mlir::Value max(mlir::Value left, mlir::Value right);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);
  mlir::Value both(mlir::Value left, mlir::Value right);
  mlir::Value either(mlir::Value left, mlir::Value right);
  mlir::Value negate(mlir::Value value);
  mlir::Value lessEqual(mlir::Value left, mlir::Value right);
  mlir::Value less(mlir::Value left, mlir::Value right);
  mlir::Value equal(mlir::Value left, mlir::Value right);
  /// A signed integer, or i1 as 0 and 1, as index.
  mlir::Value toIndex(mlir::Value value);

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace attn
