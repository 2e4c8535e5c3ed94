// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scratch memory of a kernel: places for tiles, reused when their tiles are dead.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace attn::cpu {

/// Hands out 64-byte aligned pieces of a function's scratch argument. Sizes are known when compiling; a piece that is
/// given back may be handed out again.
class Scratch {
public:
  /// A row-major matrix (or a stack of them) and the place it has.
  struct Piece {
    mlir::Value memref;
    int64_t offset = 0;
    int64_t bytes = 0;
  };

  /// Views are made at the start of `function`, on its last argument.
  void start(mlir::func::FuncOp function);
  /// A matrix of this shape; one vector of slack follows, so that a load may run past its end.
  Piece take(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape, mlir::Type element);
  void giveBack(const Piece &piece);
  /// The bytes in use at most.
  int64_t size() const { return high; }

private:
  mlir::func::FuncOp function;
  struct Free {
    int64_t offset, bytes;
  };
  llvm::SmallVector<Free> freed;
  int64_t top = 0, high = 0;
};

} // namespace attn::cpu
