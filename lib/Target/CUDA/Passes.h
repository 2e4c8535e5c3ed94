// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes and pipelines of the CUDA target.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace attn::cuda {

/// --tile-to-nvvm: every tile.kernel becomes an llvm.func for the device whose one parameter is the block of arguments;
/// launch.threads and launch.shared say how it is started.
std::unique_ptr<mlir::Pass> createToNVVMPass();
void registerToNVVMPass();

/// --cuda-legalise-math: every op of arith and math becomes one that the code generator has instructions for. CHANGES
/// ROUNDING (2 ulp; what `afn` allows where a flag says so).
std::unique_ptr<mlir::Pass> createLegaliseMathPass();

/// From entries and tile kernels to entries, with grids at the launches and workspace planned, and device functions.
void buildTileToDevicePipeline(mlir::OpPassManager &pm);

/// What makes the copies and products of tile programs run beside their arithmetic, where they can; comes before the
/// pipeline above.
void buildOverlapPipeline(mlir::OpPassManager &pm, bool persist = true);

/// Lowers a module of kernels, llvm.func over arith, math, scf, cf, memref, ub and nvvm, to the LLVM dialect alone.
void buildKernelsToLLVMPipeline(mlir::OpPassManager &pm);

/// Registers the passes above as flags, and the pipelines as --tile-to-device-cuda and --cuda-kernels-to-llvm.
void registerCUDATargetPasses();

/// Adds the dialects that device functions are written in.
void registerDeviceDialects(mlir::DialectRegistry &registry);

} // namespace attn::cuda
