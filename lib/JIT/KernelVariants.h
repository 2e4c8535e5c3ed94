// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Several forms of the same kernels in one module.
#pragma once

#include "lib/Target/CPU/Features.h"
#include "mlir/IR/BuiltinOps.h"

namespace attn {

/// Adds the kernels of `other`, lowered for `target` from the same tile programs, to `module` as variants of its own.
/// Where the entries of both differ (other workspace, other launches) nothing is added and a remark says so.
void addKernelVariants(mlir::ModuleOp module, mlir::ModuleOp other, const cpu::CPUTarget &target);

} // namespace attn
