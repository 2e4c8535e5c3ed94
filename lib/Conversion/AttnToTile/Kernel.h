// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile.kernel under construction and the launch that starts it.
#pragma once

#include "lib/Conversion/AttnToTile/Entry.h"
#include <array>

namespace attn::totile {

/// Builds one kernel: arguments are added where they are first asked for.
class KernelBuilder {
public:
  KernelBuilder(EntryBuilder &entry, llvm::StringRef suffix, mlir::Location loc);

  /// What the body sees of a buffer, scalar or tensor of the entry.
  mlir::Value argument(mlir::Value buffer);
  mlir::Value tensor(mlir::Value tensor) { return argument(entry.buffer(tensor)); }
  /// The same as the grid sees it.
  mlir::Value gridArgument(mlir::Value buffer);
  mlir::Value gridTensor(mlir::Value tensor) { return gridArgument(entry.buffer(tensor)); }

  /// Index arithmetic in the grid region, and its end.
  IndexMath gridMath() { return {grid, loc}; }
  void setGrid(mlir::Value x, mlir::Value y, mlir::Value z);
  mlir::Value x() { return kernel.getPoint()[0]; }
  mlir::Value y() { return kernel.getPoint()[1]; }
  mlir::Value z() { return kernel.getPoint()[2]; }

  /// Ends the body, removes what nothing reads, and launches the kernel where the entry stands.
  void finish();

  EntryBuilder &entry;
  const mlir::Location loc;
  tile::KernelOp kernel;
  mlir::OpBuilder body;

private:
  mlir::OpBuilder grid;
  llvm::DenseMap<mlir::Value, unsigned> numbers;
  llvm::SmallVector<mlir::Value> operands;
};

} // namespace attn::totile
