// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which tiles of a program are computed again where they are read, and in what order and groups the ops of a block run.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"

namespace attn::cpu {

/// Rows and columns of a tile.
llvm::ArrayRef<int64_t> tileShape(mlir::Value tile);
/// An N x 1 tile with N > 1: its elements lie along memory like those of a row.
bool isColumnTile(mlir::Value tile);
/// The dim that vectors run along.
int vectorDim(mlir::Value tile);
/// The element type in scratch memory: f32 for f16 and bf16, i8 for i1.
mlir::Type storedElement(mlir::Type element);

/// How an op reads a tile that has a home: at the element it computes, possibly through one slice, or elsewhere.
struct Access {
  bool pointwise = true;
  mlir::tensor::ExtractSliceOp slice = nullptr;
};

/// Which tiles of a kernel are lazy.
class TileUses {
public:
  /// A product of at most `fewRows` rows computes its right operand again rather than reading it from a home.
  TileUses(tile::KernelOp kernel, int64_t fewRows);

  /// Whether the tile is computed again wherever it is read.
  bool isLazy(mlir::Value tile) const;
  /// Gives the tile a home of its own.
  void store(mlir::Value tile) { stored.insert(tile); }
  /// Whether some product reads the tile as a transposed right operand.
  bool needsPanels(mlir::Value tile) const { return paneled.contains(tile); }
  /// Whether the tile is read from a home: because of its readers, or because it cannot be computed again.
  bool needsHome(mlir::Value tile) const {
    return stored.contains(tile) || !tile.getDefiningOp() || !canBeLazy(tile.getDefiningOp());
  }
  /// Whether the product computes its right operand as it goes along.
  bool readsOnce(tile::MmaOp op) const { return once.contains(op); }
  /// Whether the load can be a right operand straight from memory.
  bool isDirectRight(tile::LoadOp op, mlir::Type compute) const;
  /// Calls back for every tile with a home that `tile` is computed from; for itself if it has one.
  void forEachSource(mlir::Value tile, llvm::function_ref<void(mlir::Value, Access)> callback,
                     Access access = {}) const;
  /// The instructions that computing one vector again takes, roughly.
  unsigned cost(mlir::Value tile) const;
  /// What the kernel's memrefs may share.
  const tile::KernelMemory &memory() const { return kernelMemory; }
  /// Whether the kernel writes what may be the memref.
  bool isWritten(mlir::Value memref) const { return !kernelMemory.writesTo(memref).empty(); }

private:
  void require(mlir::Operation *op);
  void requireRight(tile::MmaOp op);
  bool canReadOnce(tile::MmaOp op) const;
  bool canBeLazy(mlir::Operation *op) const;

  int64_t fewRows;
  tile::KernelMemory kernelMemory;
  llvm::DenseSet<mlir::Value> stored, paneled;
  llvm::DenseSet<mlir::Operation *> once;
};

/// One step: ops that share a loop nest, or one op.
struct BlockNode {
  enum Kind { plain, sweep, product, whole, control } kind;
  llvm::SmallVector<mlir::Operation *> ops;
};

/// The steps of a block in the order in which they run. A sweep takes every op that it can compute along the way.
class BlockPlan {
public:
  BlockPlan(mlir::Block &block, TileUses &uses);

  llvm::ArrayRef<BlockNode> getNodes() const { return nodes; }
  /// The node an op of the block is in.
  unsigned nodeOf(mlir::Operation *op) const { return number.lookup(op); }
  bool contains(mlir::Operation *op) const { return number.contains(op); }

  struct Read {
    unsigned node;
    Access access;
    mlir::Operation *op;
  };
  /// Every read of a tile by the block; the terminator counts as the node after the last.
  llvm::ArrayRef<Read> readsOf(mlir::Value tile) const;
  /// The last node that reads the tile; 0 where none does.
  unsigned lastUse(mlir::Value tile) const;
  mlir::Block &getBlock() const { return block; }

private:
  void schedule();
  void recordReads();
  bool storeRepeated();
  void forEachRead(mlir::Operation *op, llvm::function_ref<void(mlir::Value, Access)> callback) const;
  llvm::SmallSetVector<mlir::Operation *, 8> dependencies(mlir::Operation *op) const;
  bool joins(mlir::Operation *op, const BlockNode &sweep, const llvm::DenseSet<mlir::Operation *> &done) const;
  bool isOrdered(mlir::Operation *op) const;
  BlockNode::Kind kindOf(mlir::Operation *op) const;

  mlir::Block &block;
  TileUses &uses;
  llvm::SmallVector<BlockNode> nodes;
  llvm::DenseMap<mlir::Operation *, unsigned> number;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Read, 2>> reads;
};

} // namespace attn::cpu
