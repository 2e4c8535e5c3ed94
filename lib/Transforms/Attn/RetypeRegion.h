// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar regions in another compute type.
#pragma once

#include "dialects/Attn/AttnOps.h"

namespace attn {

/// Rewrites a scalar region from one compute type (f32, f64) to another: values, constants and the arguments of that
/// type. What it looks up is converted where it was of the old type. Does nothing to an empty region.
void retypeRegion(mlir::Region &region, mlir::Type from, mlir::Type to);

/// Gives the block arguments from `first` on the types of these captured tensors.
void retypeCaptures(mlir::Region &region, unsigned first, mlir::ValueRange captures);

/// The normalizer with regions in compute type `to`: itself if it has that type already, else a copy of it beside it
/// whose name ends with the type.
NormalizerOp retypeNormalizer(NormalizerOp normalizer, mlir::Type to);

} // namespace attn
