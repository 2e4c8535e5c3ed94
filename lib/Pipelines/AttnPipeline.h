// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The road from functions of the attn dialect to tile programs, and on to the CPU.
#pragma once

#include "lib/Conversion/LaunchToLLVM/LaunchToLLVM.h"
#include "lib/Target/CPU/Pipeline.h"

namespace attn {

/// Makes each chain one attn.attend: calls are inlined, private functions go, masks are folded.
void buildAttnPipeline(mlir::OpPassManager &pm);

/// Lowers functions that the pipeline above made to entries and tile kernels, with tile sizes for the named target.
void buildAttnToTilePipeline(mlir::OpPassManager &pm, llvm::StringRef target);

/// From entries and functions over vectors to the LLVM dialect, with a manifest.
void buildKernelsToLLVMPipeline(mlir::OpPassManager &pm, const CPUOptions &options, const LaunchToLLVMOptions &launch);

/// Registers --attn-to-cpu, all of the above. Idempotent.
void registerAttnPipelines();

} // namespace attn
