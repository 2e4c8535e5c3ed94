// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What holds for a mask together with all the masks it is combined from.
#pragma once

#include "dialects/Attn/AttnOps.h"

namespace attn {

/// How deep masks may be combined, and how many one may hold, a shared one counted at each use: what is emitted for a
/// mask has this size, and the walks over it recurse this deep.
constexpr unsigned maxMaskDepth = 256, maxMaskSize = 4096;

/// Checks that ops which implement MaskOpInterface made a mask and what it is combined from, that it does not depend on
/// itself, and the limits above.
mlir::LogicalResult verifyMaskGraph(mlir::Value mask, llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// And that each of them fits a plane: see MaskOpInterface::verifyPlane.
mlir::LogicalResult verifyMaskFits(mlir::Value mask, llvm::ArrayRef<int64_t> shape, bool packed,
                                   llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

} // namespace attn
