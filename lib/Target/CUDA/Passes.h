// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the CUDA target.
#pragma once

#include "mlir/Pass/Pass.h"

namespace attn::cuda {

/// --tile-to-nvvm: every tile.kernel becomes an llvm.func for the device whose one parameter is the block of arguments;
/// launch.threads and launch.shared say how it is started.
std::unique_ptr<mlir::Pass> createToNVVMPass();
void registerToNVVMPass();

/// Adds the dialects that device functions are written in.
void registerDeviceDialects(mlir::DialectRegistry &registry);

} // namespace attn::cuda
