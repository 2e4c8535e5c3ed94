// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions as straight-line arithmetic on f32 and f64 scalars and vectors.
#pragma once

#include "mlir/IR/Builders.h"

namespace attn::target {

/// Emits elementary functions of one value over arith and math ops that every target has instructions for. Each result
/// is within 2 ulp, keeps NaN, and is exact at the infinities and at zero. The value is an f32 or f64 scalar, or a
/// vector of one.
class ElementaryMath {
public:
  ElementaryMath(mlir::OpBuilder &builder, mlir::Location loc) : b(builder), loc(loc) {}
  virtual ~ElementaryMath() = default;

  mlir::Value exp(mlir::Value x);
  mlir::Value exp2(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value log2(mlir::Value x);
  mlir::Value log1p(mlir::Value x);
  mlir::Value tanh(mlir::Value x);
  mlir::Value expm1(mlir::Value x);
  /// For |x| < 2^50.
  mlir::Value sin(mlir::Value x);
  mlir::Value cos(mlir::Value x);
  mlir::Value powF32(mlir::Value x, mlir::Value y);

protected:
  /// x * 2^n for integral n within twice the exponent range; rounds once, also into subnormals. A target with an
  /// instruction for it says so here.
  virtual mlir::Value scaleByPowerOf2(mlir::Value x, mlir::Value n);

  mlir::OpBuilder &b;
  mlir::Location loc;

private:
  static mlir::Type withElement(mlir::Type type, mlir::Type element);
  mlir::Value widen(mlir::Value x);
  mlir::Value narrow(mlir::Value x, mlir::Type type);
  mlir::Value splat(mlir::Type type, double value);
  mlir::Value integer(mlir::Type type, int64_t value);
  mlir::Value maximum(mlir::Value bound, mlir::Value x);
  mlir::Value minimum(mlir::Value bound, mlir::Value x);
  mlir::Value horner(llvm::ArrayRef<double> coefficients, mlir::Value x);
  mlir::Value expOfReduced(mlir::Value r);
  mlir::Value sine(mlir::Value x, int64_t turned);
  mlir::Value tanhF32(mlir::Value x);
  mlir::Value tanhF64(mlir::Value x);
};

} // namespace attn::target
