// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every op of the attn dialect.
#pragma once

#include "dialects/Attn/AttnDialect.h"
#include "dialects/Attn/AttnTypes.h"
#include "dialects/Interfaces/MaskInterface.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace attn {
/// The scale of a term as ScoreOp::scale and AttendOp::scale promise it.
double scaleOf(mlir::ValueRange terms, llvm::ArrayRef<double> scales, unsigned term);
} // namespace attn

#define GET_OP_CLASSES
#include "dialects/Attn/AttnOps.h.inc"

namespace attn {

/// The op that made a plane, through modify, mask, normalize and gate; null where the plane is a block argument.
ScoreOp getScore(mlir::Value plane);
/// The op that normalized a weights plane, through gates; null where there is none.
NormalizeOp getNormalize(mlir::Value weights);

} // namespace attn
