// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interval interpretation of scalar IR over a box of pairs.
#pragma once

#include "lib/Analysis/Intervals.h"
#include "mlir/IR/IRMapping.h"

namespace attn {

/// Walks scalar IR and emits, beside it, IR for what each value can be over a box. Bind the values that the IR reads
/// from outside first.
class BoxInterpreter {
public:
  BoxInterpreter(mlir::OpBuilder &builder, mlir::Location loc) : math(builder, loc) {}

  /// A value that is the same for every pair and fits `bits`.
  void bindUniform(mlir::Value value, mlir::Value uniform, unsigned bits = 64);
  /// A row or column number in [lo, hi], each taken by some pair; `depends` as in Abstract.
  void bindRange(mlir::Value value, mlir::Value lo, mlir::Value hi, unsigned depends);

  /// Interprets one op after another. What it does not know makes results of which nothing is known.
  void interpret(mlir::Block &block);
  /// What a boolean of the interpreted IR can be.
  Abstract booleanOf(mlir::Value value);

private:
  void interpretOp(mlir::Operation &op);
  bool cloneUniform(mlir::Operation &op);
  unsigned bitsOf(mlir::Operation &op) const;
  /// What is known of a value, with bounds where its type has any.
  Abstract get(mlir::Value value);
  Abstract fit(mlir::Type type, mlir::Value lo, mlir::Value hi, unsigned bits, unsigned depends, bool attained);

  Abstract integerOp(mlir::Operation &op);
  Abstract sum(mlir::Operation &op, bool subtracts);
  Abstract product(mlir::Operation &op);
  Abstract quotient(mlir::Operation &op);
  Abstract remainder(mlir::Operation &op);
  Abstract lowBits(mlir::Operation &op);
  Abstract conversion(mlir::Operation &op);
  Abstract select(mlir::Operation &op);
  Abstract lookup(mlir::Operation &op);
  Abstract booleanOp(mlir::Operation &op);
  Abstract compareIntegers(mlir::Operation &op);
  Abstract compareFloats(mlir::Operation &op);
  Abstract floatOp(mlir::Operation &op);

  BoundsMath math;
  mlir::IRMapping uniforms;
  llvm::DenseMap<mlir::Value, Abstract> values;
};

} // namespace attn
