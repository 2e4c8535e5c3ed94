// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions of scalar IR: what they may hold, and how one is emitted somewhere else.
#pragma once

#include "dialects/Attn/AttnOps.h"

namespace attn {

/// Whether an op may stand in a region: the closed list of docs/spec/scalars.md.
bool isScalarOp(mlir::Operation *op);

/// Checks that `region` is one block of scalar ops that takes `arguments` and yields `results`. `name` is how messages
/// call it.
mlir::LogicalResult verifyScalarRegion(mlir::Operation *op, mlir::Region &region, llvm::StringRef name,
                                       mlir::TypeRange arguments, mlir::TypeRange results);

/// The types of a score or mask region's arguments: `leading`, then b, h, i, j, then the captured tensors.
llvm::SmallVector<mlir::Type> pairRegionTypes(mlir::TypeRange leading, mlir::ValueRange captures, mlir::Builder builder);

/// Clones the region's ops at `builder` with its arguments replaced, and returns what it yields. With `at`,
/// attn.query_index, attn.key_index and attn.extent are replaced too. With `guardDivisions`, which is for IR that will run,
/// no integer division ends the process: by 0 it gives an unspecified value.
llvm::SmallVector<mlir::Value> inlineScalarRegion(mlir::OpBuilder &builder, mlir::Region &region,
                                                  mlir::ValueRange arguments, const MaskCoordinates *at = nullptr,
                                                  bool guardDivisions = false);

/// Emits a score, weight or mask region: `leading` (the score; nothing for a mask), then what `at` holds.
llvm::SmallVector<mlir::Value> inlinePairRegion(mlir::OpBuilder &builder, mlir::Region &region,
                                                mlir::ValueRange leading, const MaskCoordinates &at);

/// Removes captured operands that the region does not read, and repeated ones. `firstArgument` is the block argument of
/// the first capture. Returns the captures that remain, or failure when all are needed.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> dropUnusedCaptures(mlir::PatternRewriter &rewriter, mlir::Region &region,
                                                                   mlir::ValueRange captures, unsigned firstArgument);

} // namespace attn
