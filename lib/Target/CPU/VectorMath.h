// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions as straight-line arithmetic on f32 and f64 scalars and vectors.
#pragma once

#include "lib/Target/CPU/Features.h"
#include "mlir/IR/Builders.h"

namespace attn::cpu {

/// Emits elementary functions of one value. Each result is within 2 ulp, keeps NaN, and is exact at the infinities
/// and at zero. The value is an f32 or f64 scalar, or a vector of one.
class VectorMath {
public:
  VectorMath(mlir::OpBuilder &builder, mlir::Location loc, const CPUTarget &target)
      : b(builder), loc(loc), target(target) {}

  mlir::Value exp(mlir::Value x);
  mlir::Value exp2(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value log2(mlir::Value x);
  mlir::Value log1p(mlir::Value x);
  mlir::Value tanh(mlir::Value x);

private:
  mlir::Value splat(mlir::Type type, double value);
  mlir::Value integer(mlir::Type type, int64_t value);
  mlir::Value maximum(mlir::Value bound, mlir::Value x);
  mlir::Value minimum(mlir::Value bound, mlir::Value x);
  mlir::Value horner(llvm::ArrayRef<double> coefficients, mlir::Value x);
  mlir::Value scaleByPowerOf2(mlir::Value x, mlir::Value n);
  mlir::Value expOfReduced(mlir::Value r);
  mlir::Value tanhF32(mlir::Value x);
  mlir::Value tanhF64(mlir::Value x);

  mlir::OpBuilder &b;
  mlir::Location loc;
  const CPUTarget &target;
};

} // namespace attn::cpu
