// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which ops of a kernel may touch the same memory.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "llvm/ADT/EquivalenceClasses.h"

namespace attn::tile {

/// Memory as far as a kernel's arguments and its launches tell it apart: arguments are memory of their own unless a
/// launch passes what may be one piece as two of them.
class KernelMemory {
public:
  /// Of no kernel (null) nothing is written, and arguments may be anything.
  explicit KernelMemory(KernelOp kernel);

  struct Access {
    mlir::Operation *op;
    mlir::Value memref;
    bool reads, writes;
  };
  /// What an op itself does to memory, by its effects; entries of lists in memory too.
  static llvm::SmallVector<Access> accessesOf(mlir::Operation *op);

  bool mayOverlap(mlir::Value left, mlir::Value right) const;
  /// The ops that write what may be this memory.
  llvm::SmallVector<mlir::Operation *> writesTo(mlir::Value memref) const;
  /// Whether an element of this memory may be written by one thread of those that share a tile, and read or written by
  /// another: then they have to keep the order of the program. Stores of tiles that lie alike are one thread's.
  bool isContended(mlir::Value memref) const;

private:
  KernelOp kernel;
  llvm::SmallVector<Access> accesses;
  llvm::EquivalenceClasses<unsigned> joined; ///< arguments that may be one piece of memory
};

} // namespace attn::tile
