// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What happens to a plane, one function a step; plane ops and the fused chain are made of these.
#pragma once

#include "lib/Reference/Normalizers.h"

namespace attn::reference {

/// The operands that make a plane and its domain.
struct ScoreOperands {
  mlir::ValueRange terms;
  llvm::ArrayRef<double> scales;
  bool bottomRight;
  mlir::Value cuQ, cuK, lenQ, lenK;
};

/// The plane of scaled inner products. Reports what does not fit together.
Plane makeScores(const ScoreOperands &operands, mlir::Operation *user, Scope &scope);
/// Every value changed by a region of x, b, h, i, j and captured tensors.
void addRegion(Plane &plane, mlir::Region &region, mlir::ValueRange captures, mlir::Operation *user, Scope &scope);
void addMask(Plane &plane, mlir::Value mask, mlir::Operation *user, Scope &scope);
void addNormalizer(Plane &plane, NormalizerUse use, Scope &scope);

//===-- results of a plane --------------------------------------------------------------------------------------===//

/// A plane and what is to be computed from it for an op's results.
struct ProductUse {
  const Plane &plane;
  mlir::Operation *user;
  Scope &scope;
};

/// Weights times values.
HostTensor makeOutput(ProductUse use, mlir::Value values, mlir::Type type);
/// Accumulator, reference, sums: as many tensors as `types`.
std::vector<HostTensor> makePartial(ProductUse use, mlir::Value values, mlir::TypeRange types);
HostTensor makeLse(ProductUse use, bool base2, mlir::Type type);
HostTensor makeRowMax(ProductUse use, mlir::Type type);
HostTensor makeColumnSum(ProductUse use, mlir::Type type);
HostTensor makeDiagonalSum(ProductUse use, mlir::Type type);

/// A log-sum-exp to the base wanted.
double inBase(double lse, bool base2);

} // namespace attn::reference
