// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The simulator as an executor of the table of programs.
#pragma once

#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/Simulator/Entry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "test/unit/Interpreter/Execute.h"

namespace attn::cuda::simulator {

using interpreter::parseProgram;
using interpreter::testContext;
using programs::Program;
using programs::Tensor;
using programs::Tensors;

/// What runs after the lowering and keeps loops and branches.
inline void addCleanup(mlir::OpPassManager &passes) {
  passes.addPass(createLegaliseMathPass());
  passes.addPass(mlir::createCanonicalizerPass());
  passes.addPass(mlir::createCSEPass());
  passes.addPass(mlir::createLoopInvariantCodeMotionPass());
}

/// Rows apart by a gap of so many elements.
inline llvm::SmallVector<int64_t> stridesWithGap(llvm::ArrayRef<int64_t> shape, int64_t gap) {
  llvm::SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * shape[dim + 1] + gap;
  return strides;
}

/// Runs an entry of a module whose kernels are device functions.
inline llvm::Expected<Tensors> simulate(Device &device, mlir::ModuleOp module, llvm::StringRef name,
                                        const Tensors &arguments, const Tensors &results, int64_t gap,
                                        const Options &options = {}, Counts *counts = nullptr) {
  auto entry = module ? module.lookupSymbol<launch::EntryOp>(name) : nullptr;
  if (!entry)
    return llvm::createStringError("no entry " + name);
  std::vector<interpreter::Buffer> in, out;
  for (const Tensor &argument : arguments)
    in.emplace_back(argument, stridesWithGap(argument.shape, gap));
  for (const Tensor &result : results)
    out.emplace_back(result, stridesWithGap(result.shape, gap));
  if (llvm::Error error = runEntry(device, entry, in, out, options, counts))
    return error;
  Tensors tensors;
  for (const interpreter::Buffer &buffer : out)
    tensors.push_back(buffer.toHost());
  return tensors;
}

} // namespace attn::cuda::simulator
