// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the tile dialect.
#pragma once

#include "dialects/Interfaces/LaunchableInterface.h"
#include "dialects/Tile/TileDialect.h"
#include "dialects/Tile/TileInterfaces.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "dialects/Tile/TileOps.h.inc"
