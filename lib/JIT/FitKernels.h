// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Smaller tiles for entries whose kernels spill.
#pragma once

#include "lib/Target/Common/Target.h"
#include "mlir/IR/OwningOpRef.h"

namespace attn {

/// How entries are made again.
struct SmallerTiles {
  llvm::ArrayRef<llvm::StringRef> steps; ///< names of cost models, largest tiles first
  /// Kernels of a source by one of them, in the form that takes any tensor; reports why there are none.
  llvm::function_ref<llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>(mlir::ModuleOp source, llvm::StringRef step)>
      lower;
  llvm::function_ref<llvm::Expected<target::DeviceCode>(mlir::ModuleOp kernels)> assemble;
  bool keepsHost = false; ///< no entry may get other host code
};

/// Replaces every entry of `module`, made from `source` and assembled to `code`, whose kernels spill in the form that
/// takes any tensor: by the first step whose kernels do not, else by the one that spills least. What steps change of the
/// host code is only taken where no other form of the entry's kernels depends on it. Says what it took by a remark.
/// Returns whether it replaced any.
bool fitKernels(mlir::ModuleOp module, mlir::ModuleOp source, const target::DeviceCode &code,
                const SmallerTiles &smaller);

} // namespace attn
