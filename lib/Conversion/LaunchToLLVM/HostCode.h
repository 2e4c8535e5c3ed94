// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions of a compiled library: host code of entries, ABI wrappers of kernels.
#pragma once

#include "dialects/Launch/LaunchOps.h"
#include "lib/Conversion/LaunchToLLVM/AbiTypes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

namespace attn {

/// The table of kernel descriptions, an array of AbiTypes::kernel. The address of a row names a device kernel.
inline constexpr llvm::StringLiteral kernelTableName = "attn.kernels";

/// Rows of the device kernels in a table of `size` rows.
struct DeviceRows {
  llvm::StringMap<int64_t> rows;
  int64_t size = 0;
};

/// The wrapper's name: NAME.abi.
std::string wrapperName(llvm::StringRef kernel);

/// Whether a function ends in the grid point and scratch of a kernel. Reports where not.
llvm::LogicalResult verifyKernel(mlir::func::FuncOp kernel);

/// Bytes of scratch per thread that a kernel states.
int64_t scratchBytes(mlir::func::FuncOp kernel);

/// Writes the wrapper of a kernel beside it, makes the kernel internal and marks it to be inlined there.
mlir::LLVM::LLVMFuncOp wrapKernel(mlir::func::FuncOp kernel, const AbiTypes &types);

/// Replaces an entry by host code of type attn_entry_fn and the same name. Fails with a diagnostic where a launch has
/// no grid or names no kernel, or where workspace is not planned.
llvm::FailureOr<mlir::LLVM::LLVMFuncOp> lowerEntry(launch::EntryOp entry, const AbiTypes &types,
                                                   const mlir::SymbolTable &symbols, const DeviceRows &devices);

} // namespace attn
