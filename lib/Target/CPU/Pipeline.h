// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The road from tile programs to the LLVM dialect on a CPU.
#pragma once

#include "lib/Target/CPU/Features.h"
#include "mlir/Pass/PassManager.h"

namespace attn {

struct CPUOptions {
  cpu::CPUTarget target;
};

/// Makes tile programs fast in value form: turns narrow products, adds versions for few rows, cuts loops by class, asks for
/// the next blocks, splits rows.
void buildTileSchedulePipeline(mlir::OpPassManager &pm, const CPUOptions &options);

/// Turns each tile.kernel into a func.func with the CPU kernel signature over vector, scf, memref and arith; its
/// attribute launch.scratch holds the bytes of scratch per thread. Other ops of the module stay as they are.
void buildTileToVectorPipeline(mlir::OpPassManager &pm, const CPUOptions &options);

/// Lowers every func.func of the module over vector, scf, memref, arith and math to the LLVM dialect.
void buildVectorToLLVMPipeline(mlir::OpPassManager &pm, const CPUOptions &options);

/// The three above in order. A module that holds launch.entry ops is lowered by running the launch lowering between
/// the second and the third.
void buildTileToLLVMPipeline(mlir::OpPassManager &pm, const CPUOptions &options);

/// From entries and tile kernels to functions over vectors, with grids at the launches and workspace planned.
void buildTileToKernelsPipeline(mlir::OpPassManager &pm, const CPUOptions &options);

/// Registers the passes and pipelines of this road as flags. Idempotent.
void registerTileCPUPasses();

} // namespace attn
