// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes and pipelines of the CUDA target.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace attn::cuda {

/// --tile-to-nvvm: every tile.kernel becomes an llvm.func for the device whose one parameter is the block of arguments;
/// launch.threads and launch.shared say how it is started.
std::unique_ptr<mlir::Pass> createToNVVMPass();
void registerToNVVMPass();

/// What a form of a program chooses instructions from.
struct InstructionOptions {
  llvm::StringRef chip;                        ///< empty: any
  llvm::SmallVector<llvm::StringRef, 2> tables; ///< empty: all that the chip has
  int64_t waiting = 0;                         ///< most rows of a product that is waited for; 0: any number
};

/// --cuda-select-instructions: every product gets the instruction that computes it, unless one pins it.
std::unique_ptr<mlir::Pass> createSelectInstructionsPass(const InstructionOptions &options = {});
void registerSelectInstructionsPass();

/// --cuda-home-operands: products of a warp read their left operands from registers or from shared memory, as one chip has
/// it, or any.
std::unique_ptr<mlir::Pass> createHomeOperandsPass(llvm::StringRef chip = {});
void registerHomeOperandsPass();

/// --cuda-assign-layouts: rings and slots say how their tiles lie in shared memory.
std::unique_ptr<mlir::Pass> createAssignLayoutsPass();

/// --cuda-form-descriptors: every copy into a slot gets the number of a tensor map, and the kernel their list.
std::unique_ptr<mlir::Pass> createFormDescriptorsPass();

/// --cuda-take-turns: groups of four warps begin the products of an iteration in turn.
std::unique_ptr<mlir::Pass> createTakeTurnsPass();

/// --cuda-materialise-sync: rings become slots and barriers, with stages, phases, arrivals and bytes.
std::unique_ptr<mlir::Pass> createMaterialiseSyncPass();

/// --cuda-allocate-shared: slots and barriers get their places in shared memory.
std::unique_ptr<mlir::Pass> createAllocateSharedPass();

/// --cuda-legalise-math: every op of arith and math becomes one that the code generator has instructions for. CHANGES
/// ROUNDING (2 ulp; what `afn` allows where a flag says so).
std::unique_ptr<mlir::Pass> createLegaliseMathPass();

/// What makes arithmetic of tile programs cheap, and products of warps: the value form. For one chip, or any.
void buildValuePipeline(mlir::OpPassManager &pm, llvm::StringRef chip = {});

/// The same, and what makes copies and products run beside it, where they can.
/// `persist`: programs in turn, where that pays; `turns`: groups of warps begin products in turn.
void buildOverlapPipeline(mlir::OpPassManager &pm, llvm::StringRef chip = {}, bool persist = true,
                          bool turns = true);

/// From entries and tile kernels of either form to entries, with grids at the launches and workspace planned, and device
/// functions.
void buildTileToDevicePipeline(mlir::OpPassManager &pm);

/// Lowers a module of kernels, llvm.func over arith, math, scf, cf, memref, ub and nvvm, to the LLVM dialect alone.
void buildKernelsToLLVMPipeline(mlir::OpPassManager &pm);

/// Registers the passes above as flags, and the pipelines as --tile-to-device-cuda and --cuda-kernels-to-llvm.
void registerCUDATargetPasses();

/// Adds the dialects that device functions are written in.
void registerDeviceDialects(mlir::DialectRegistry &registry);

} // namespace attn::cuda
