// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks and types that score, attend, apply and reduce share: terms, domains, values, results.
#pragma once

#include "dialects/Attn/AttnOps.h"

namespace attn {

using ErrorEmitter = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// The plane that terms make; failure where they are not pairs of 4-D tensors.
mlir::FailureOr<ScoresType> inferPlane(mlir::ValueRange terms);

/// That the op has its scales and no other attribute called `scale`, which would be read back as one of them. A generic
/// op whose dictionary holds its own attribute in another type has none, in spite of the default.
mlir::LogicalResult verifyScaleNames(mlir::Operation *op);

mlir::LogicalResult verifyTerms(mlir::ValueRange terms, llvm::ArrayRef<double> scales, ErrorEmitter emitError);

mlir::LogicalResult verifyDomain(ScoresType plane, std::optional<Align> align,
                                 std::pair<mlir::Value, mlir::Value> segments,
                                 std::pair<mlir::Value, mlir::Value> lengths, ErrorEmitter emitError);

/// That the values' batch, heads, keys and element type fit a plane.
mlir::LogicalResult verifyValues(llvm::ArrayRef<int64_t> plane, mlir::Type compute, mlir::RankedTensorType values,
                                 ErrorEmitter emitError);

/// Type of O.
mlir::RankedTensorType outputType(llvm::ArrayRef<int64_t> plane, mlir::RankedTensorType values);
/// Types of the accumulator and of the `stateSize` numbers a row carries.
llvm::SmallVector<mlir::Type> partialTypes(llvm::ArrayRef<int64_t> plane, mlir::RankedTensorType values,
                                           unsigned stateSize);
/// Type of one number per row: the LSE, a reference, a sum.
mlir::RankedTensorType rowType(llvm::ArrayRef<int64_t> plane, mlir::Type element);
/// Type of a statistic.
mlir::RankedTensorType statisticType(llvm::ArrayRef<int64_t> plane, mlir::Type element, ReduceKind kind);

/// That results have the types expected, `?` matching anything.
mlir::LogicalResult verifyResultTypes(mlir::TypeRange got, mlir::TypeRange expected, ErrorEmitter emitError);

} // namespace attn
