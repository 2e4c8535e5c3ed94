// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form of a list's segments, called by the generated parser and printer.
#pragma once

#include "dialects/Tile/TileOps.h"

namespace attn::tile {

/// `(%lo, %hi, full), (%lo, %hi, partial), ...`
mlir::ParseResult parseSegments(mlir::OpAsmParser &parser,
                                llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand> &lower,
                                llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand> &upper,
                                mlir::DenseBoolArrayAttr &partial);
void printSegments(mlir::OpAsmPrinter &printer, ListOp list, mlir::OperandRange lower, mlir::OperandRange upper,
                   mlir::DenseBoolArrayAttr partial);

} // namespace attn::tile
