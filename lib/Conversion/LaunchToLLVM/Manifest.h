// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table that a compiled library exports, as constants of the LLVM dialect.
#pragma once

#include "lib/Conversion/LaunchToLLVM/AbiTypes.h"
#include "lib/Conversion/LaunchToLLVM/Contract.h"
#include "lib/Conversion/LaunchToLLVM/DeviceKernels.h"
#include "lib/Conversion/LaunchToLLVM/LaunchToLLVM.h"
#include "mlir/IR/BuiltinOps.h"

namespace attn {

/// One form of a kernel, by its wrapper.
struct KernelVariant {
  std::string wrapper;
  int64_t cpuLevel;
  int64_t scratchBytes;
};

/// A kernel with its forms: on the host, the one that entries launch first; on devices, in order of preference.
struct KernelForms {
  std::string name, location;
  std::vector<KernelVariant> variants;
  std::vector<DeviceVariant> deviceVariants;
};

/// Adds the global attn_manifest_v1 and what it points to. The kernels are the rows of `kernelTableName`.
void writeManifest(mlir::ModuleOp module, const AbiTypes &types, llvm::ArrayRef<EntryContract> entries,
                   llvm::ArrayRef<KernelForms> kernels, llvm::ArrayRef<DeviceImage> images,
                   const LaunchToLLVMOptions &options);

} // namespace attn
