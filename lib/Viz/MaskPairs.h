// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which pairs the planes of a function have, by the oracle's formulas.
#pragma once

#include "lib/Reference/Plane.h"
#include "lib/Viz/MaskSvg.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"

namespace attn::viz {

/// A plane after its last mask, with the widths of the products on both sides of it.
struct MaskedPlane {
  reference::Plane plane;
  int64_t headSize = 0;  ///< summed over its terms
  int64_t valueSize = 0; ///< summed over what its weights are applied to

  /// The pairs of a row: entry j says whether the key in storage place j takes part.
  llvm::BitVector row(int64_t batch, int64_t head, int64_t row) const;
  /// Pairs of all heads and batches, from about `sampledRows` rows of each.
  double count(int64_t sampledRows) const;
};

/// The planes of a function for these arguments. Scores are not evaluated.
llvm::Expected<std::vector<MaskedPlane>> findPlanes(mlir::func::FuncOp function,
                                                    llvm::ArrayRef<reference::HostTensor> arguments);

} // namespace attn::viz
