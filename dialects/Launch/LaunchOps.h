// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the launch dialect.
#pragma once

#include "dialects/Launch/LaunchDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "dialects/Launch/LaunchOps.h.inc"
