// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The structs and functions of include/attn-rt/abi.h as types of the LLVM dialect, field by field.
#pragma once

#include "attn-rt/abi.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include <optional>

namespace attn {

struct AbiTypes {
  explicit AbiTypes(mlir::MLIRContext *context);

  mlir::LLVM::LLVMPointerType pointer;
  mlir::IntegerType i8, i16, i32, i64;
  /// DLDataType and DLTensor.
  mlir::LLVM::LLVMStructType dataType, tensor;
  /// attn_expr, the tables of a manifest from the leaves up, attn_manifest.
  mlir::LLVM::LLVMStructType expression, argument, result, check, entry, variant, image, descriptor, deviceVariant;
  mlir::LLVM::LLVMStructType kernel, manifest;
  /// attn_api, attn_entry_fn, attn_kernel_fn and the functions of attn_api.
  mlir::LLVM::LLVMStructType api;
  mlir::LLVM::LLVMFunctionType entryFunction, kernelFunction, launchFunction, fillFunction;
};

/// Fields of DLTensor and attn_api that host code reads.
enum TensorField : int32_t { dataField = 0, shapeField = 4, stridesField = 5, byteOffsetField = 6 };
enum ApiField : int32_t { launchField = 1, fillField = 2 };

/// DLPack's name of an element type; `index` is int64, i1 is bool. None for a type that it lacks.
std::optional<DLDataType> dlpackType(mlir::Type type);

} // namespace attn
