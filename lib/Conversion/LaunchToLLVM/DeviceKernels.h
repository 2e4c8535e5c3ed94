// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels that were compiled for a device: what a module records of them, in the terms of the manifest.
#pragma once

#include "attn-rt/abi.h"
#include "dialects/Launch/LaunchOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include <string>
#include <vector>

namespace attn {

/// attn_image. The code belongs to the module's attribute.
struct DeviceImage {
  llvm::StringRef target, chip, binary, portable;
  int64_t capability = 0;
  bool exact = false;
};

/// attn_descriptor_desc.
struct DeviceDescriptor {
  int64_t offset, memrefRank, swizzle;
  DLDataType type;
  llvm::SmallVector<int64_t> dims, box;
};

/// attn_device_variant.
struct DeviceVariant {
  int64_t image, threads, sharedBytes;
  bool persistent, startsEarly;
  std::string function;
  std::vector<DeviceDescriptor> descriptors;
};

/// Whether a symbol is a kernel that the host has no code for: an llvm.func with launch.kernel.
bool isDeviceKernel(mlir::Operation *op);

/// Reads the module's launch.images, an array of dictionaries
///   {target = "...", chip = "...", capability = 90 : i64, exact = true, binary = "...", portable = "..."}
/// where `exact` and one of `binary` and `portable` may be left out.
llvm::FailureOr<std::vector<DeviceImage>> readImages(mlir::ModuleOp module);

/// Reads a kernel's launch.device_variants, an array of dictionaries
///   {image = 0 : i64, function = "...", threads = 128 : i64, shared = 0 : i64, persistent = true, starts_early = true,
///    descriptors = [...]}
/// whose descriptors are dictionaries
///   {argument = 0 : i64, dims = [3, 2], box = [64, 128], swizzle = 128 : i64, element = "bf16"}
/// where `dims` go from fastest to slowest. `shared`, `persistent`, `starts_early`, `descriptors`, `swizzle` and
/// `element` may be left out. `operands` are what launches pass.
llvm::FailureOr<std::vector<DeviceVariant>> readDeviceVariants(mlir::LLVM::LLVMFuncOp kernel, mlir::TypeRange operands,
                                                               size_t images);

} // namespace attn
