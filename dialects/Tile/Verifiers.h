// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks that several ops of the tile dialect share.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::tile {

/// Reports operands that do not multiply, and an instruction that does not multiply them.
mlir::LogicalResult verifyProduct(mlir::Operation *op, const Product &product, InstructionAttrInterface instruction);

/// Reports layouts that are not one for each tile, or that do not fit their tile; null: none is said.
mlir::LogicalResult verifyLayouts(mlir::Operation *op, mlir::ArrayAttr layouts, llvm::ArrayRef<mlir::Type> tiles);

/// The one tile of a slot; reports slots of none or several.
llvm::FailureOr<mlir::RankedTensorType> tileOfSlot(mlir::Operation *op, mlir::Type slot);

/// Reports slots that do not end once, products that nobody awaits or whose operands go before them, tiles that cross
/// from role to role, and rings whose two ends do not match.
mlir::LogicalResult verifyFlow(KernelOp kernel);

} // namespace attn::tile
