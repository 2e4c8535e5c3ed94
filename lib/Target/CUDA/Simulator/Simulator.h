// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs device functions as a multiprocessor would, every thread with its registers, and checks what it does.
#pragma once

#include "lib/Target/CUDA/Simulator/GlobalMemory.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace attn::cuda::simulator {

struct Options {
  /// Which warp goes on, and when copies land.
  uint64_t seed = 0;
  /// How many blocks a persistent kernel has.
  int64_t blocks = 2;
  /// Stop with an error after this many instructions of warps; 0 for no limit.
  int64_t maxInstructions = 0;
  /// Where not null: gets every op of which an instruction ran.
  llvm::DenseSet<mlir::Operation *> *ran = nullptr;
};

/// What a run did.
struct Counts {
  int64_t instructions = 0;
  /// Matrix loads and stores of eight rows, and how many turns their banks took beyond the first.
  int64_t matrices = 0, conflicts = 0;
  int64_t products = 0, groupProducts = 0, bulkCopies = 0, bulkCopiesOut = 0;
};

/// What a kernel gets for one of its arguments: a scalar's bits, or a tensor's address, sizes and strides in
/// elements.
struct Operand {
  uint64_t word = 0;
  bool isTensor = false;
  llvm::SmallVector<int64_t, 4> sizes, strides;
};

struct DecodedFunction;

/// Runs device functions, as `--tile-to-nvvm` makes them or legalised and simplified after. It keeps what it has made
/// of a function, which must not change while it lives.
class Device {
public:
  Device();
  ~Device();

  /// Runs a function over a grid. The error names the location, the op, the block and the warp; what was written
  /// before it stays.
  llvm::Error run(mlir::LLVM::LLVMFuncOp function, llvm::ArrayRef<int64_t> grid, llvm::ArrayRef<Operand> operands,
                  GlobalMemory &memory, const Options &options = {}, Counts *counts = nullptr);

private:
  llvm::DenseMap<mlir::Operation *, std::unique_ptr<DecodedFunction>> programs;
};

} // namespace attn::cuda::simulator
