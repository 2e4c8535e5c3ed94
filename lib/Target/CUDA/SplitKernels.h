// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels in a module of their own.
#pragma once

#include "lib/Target/CUDA/Chips.h"
#include "lib/Target/Common/Target.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace attn::cuda {

/// Whether a function is one that the host starts.
bool isKernel(mlir::LLVM::LLVMFuncOp function);

/// A new module with the kernels of a module, and what they name. Empty where there are none.
mlir::OwningOpRef<mlir::ModuleOp> splitKernels(mlir::ModuleOp module);

/// Gives every symbol a name that PTX takes; returns the kernels' old and new ones.
std::vector<target::DeviceFunction> renameSymbols(mlir::ModuleOp kernels);

/// Refuses kernels that want more threads or shared memory than a block of the chip has.
mlir::LogicalResult checkLimits(mlir::ModuleOp kernels, const Chip &chip);

} // namespace attn::cuda
