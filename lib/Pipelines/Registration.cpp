// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one list of dialects and passes.
#include "lib/Pipelines/Registration.h"

#include "dialects/Attn/AttnDialect.h"
#include "dialects/Launch/LaunchDialect.h"
#include "dialects/Tile/TileDialect.h"
#include "lib/Conversion/AttnToTile/Passes.h"
#include "lib/Conversion/LaunchToLLVM/LaunchToLLVM.h"
#include "lib/Pipelines/AttnPipeline.h"
#include "lib/Target/CPU/Pipeline.h"
#include "lib/Target/CPU/Target.h"
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/Target.h"
#include "lib/Target/Common/Target.h"
#include "lib/Transforms/Attn/Passes.h"
#include "lib/Transforms/Launch/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/Passes.h"

void attn::registerAttnDialects(mlir::DialectRegistry &registry) {
  registry.insert<attn::AttnDialect, attn::launch::LaunchDialect, attn::tile::TileDialect>();
  registry.insert<mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect, mlir::DLTIDialect, mlir::func::FuncDialect,
                  mlir::linalg::LinalgDialect, mlir::LLVM::LLVMDialect, mlir::math::MathDialect,
                  mlir::memref::MemRefDialect, mlir::scf::SCFDialect, mlir::tensor::TensorDialect, mlir::ub::UBDialect,
                  mlir::vector::VectorDialect>();
  mlir::func::registerInlinerExtension(registry);
  registerAttnTargets();
  for (const target::Target *target : target::allTargets())
    target->registerDialects(registry);
}

void attn::registerAttnTargets() {
  cpu::registerCPUTarget();
  cuda::registerCUDATarget();
}

void attn::registerAttnPasses() {
  cuda::registerCUDATargetPasses();
  registerAttnConversionPasses();
  registerAttnPipelines();
  registerAttnTransformPasses();
  launch::registerLaunchTransformPasses();
  registerLaunchToLLVMPass();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerInlinerPass();
  mlir::registerLoopInvariantCodeMotionPass();
  mlir::registerSymbolDCEPass();
  registerTileCPUPasses();
}
