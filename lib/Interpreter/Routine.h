// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A run of a block that stops after every op, so that several may take turns.
#pragma once

#include "lib/Interpreter/Machine.h"

namespace attn::interpreter {

class Routine {
public:
  Routine(Machine &machine, mlir::Block &block) { enter(block, nullptr); this->machine = &machine; }

  bool isDone() const { return frames.empty(); }
  /// The op that the next step runs.
  mlir::Operation *next() const { return &*frames.back().at; }
  /// Runs one op, or enters or leaves a loop or a branch.
  mlir::LogicalResult step();

private:
  /// A block on the way, and the loop or branch that it belongs to; the numbers are those of a counted loop.
  struct Frame {
    mlir::Block::iterator at;
    mlir::Operation *parent;
    int64_t number, upper, step;
  };

  void enter(mlir::Block &block, mlir::Operation *parent) { frames.push_back({block.begin(), parent, 0, 0, 1}); }
  mlir::LogicalResult begin(mlir::Operation *op);
  void leave(mlir::Operation *terminator);

  Machine *machine;
  llvm::SmallVector<Frame, 4> frames;
};

} // namespace attn::interpreter
