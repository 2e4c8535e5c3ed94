// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What may reach LLVM's code generator, which ends the process where it cannot go on.
#pragma once

#include "lib/Target/CUDA/Chips.h"
#include "mlir/IR/BuiltinOps.h"

namespace attn::cuda {

/// Refuses tile programs that need what the chip does not have: rings and their parts, products in flight, registers
/// of roles. Says which op does, at its place.
mlir::LogicalResult checkPrograms(mlir::ModuleOp module, const Chip &chip);

/// Refuses ops of the nvvm dialect that the chip does not have. Before they are lowered to text.
mlir::LogicalResult checkInstructions(mlir::ModuleOp kernels, const Chip &chip);

/// Refuses everything that the code generator does not select, with location and name.
mlir::LogicalResult checkSelectable(mlir::ModuleOp kernels);

} // namespace attn::cuda
