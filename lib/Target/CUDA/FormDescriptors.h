// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The list of tensor maps on a kernel.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::cuda {

/// Reports `descriptors` on a kernel, where it stands, that is no list of tensor maps of the kernel's arguments.
mlir::LogicalResult verifyDescriptors(tile::KernelOp kernel);

} // namespace attn::cuda
