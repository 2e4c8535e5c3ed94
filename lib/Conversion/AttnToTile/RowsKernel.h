// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel over blocks of rows, in pieces: what its loop carries, what a block does to it, what is stored.
#pragma once

#include "lib/Conversion/AttnToTile/Attend.h"

namespace attn::totile {

/// What the loop over blocks of keys carries for a tile of rows.
struct Carried {
  mlir::Value accumulator; // null: no product with the values is wanted
  RowState state;
  mlir::Value rowMax; // null: not requested

  llvm::SmallVector<mlir::Value> flat() const;
  /// The same values, from a flat list.
  Carried like(mlir::ValueRange flat) const;
};

/// Builds one kernel over blocks of rows.
class RowsKernel {
public:
  RowsKernel(EntryBuilder &entry, AttendOp attend, RowsStage stage, const RowsPlan &plan);
  llvm::LogicalResult emit();

private:
  /// Which block of rows a program has, and which part of the keys (null: all). Sets `slice` where it has a part of the
  /// values' columns.
  struct Program {
    mlir::Value block, part;
  };
  Program locateProgram(Segment &segment);
  /// A loop over the slices that the program has, where it has several; sets `slice`.
  mlir::OpBuilder overPasses(mlir::OpBuilder builder);
  llvm::LogicalResult emitProgram(mlir::OpBuilder &builder, const Segment &segment, Program program);
  llvm::FailureOr<Carried> initial(PlaneEmitter &plane, RowMonoid &rows);
  /// The loop over listed blocks, or over parts.
  llvm::FailureOr<Carried> overBlocks(PlaneEmitter &plane, RowMonoid &rows, const Carried &first, Program program);
  llvm::FailureOr<Carried> overParts(PlaneEmitter &plane, RowMonoid &rows, const Carried &first);
  Carried loadParts(PlaneEmitter &plane, const Carried &like, mlir::Value part, int64_t count);
  llvm::FailureOr<Carried> joinParts(PlaneEmitter &plane, mlir::scf::ForOp loop, const Carried &first,
                                     mlir::Value splits);
  llvm::FailureOr<Carried> join(PlaneEmitter &plane, RowMonoid &rows, const Carried &left, const Carried &right);
  /// One block; where `wanted` is set and does not hold, nothing changes.
  llvm::FailureOr<Carried> blockIf(mlir::Value wanted, PlaneEmitter &plane, const Carried &old,
                                   llvm::function_ref<llvm::FailureOr<Carried>()> emitBlock);
  llvm::FailureOr<Carried> block(PlaneEmitter &plane, RowMonoid &rows, mlir::ValueRange queries, const Carried &old,
                                 mlir::Value column, mlir::Value partial);
  llvm::LogicalResult storeResults(PlaneEmitter &plane, RowMonoid &rows, const Carried &last);
  llvm::LogicalResult storeStatistics(PlaneEmitter &plane, RowMonoid &rows, const Carried &last);
  void storePart(PlaneEmitter &plane, const Carried &last, mlir::Value part);
  /// Where something with columns of the values is stored, or something without, which the first slice alone stores.
  mlir::OpBuilder storing(mlir::OpBuilder &builder, bool isWide);
  /// The first column of the values that the program has.
  mlir::Value firstValue(mlir::OpBuilder &builder);
  /// Stores an Mx1 or MxDv tile as rows of a buffer of the entry; rows beyond those that exist hold `neutral`.
  void storeRows(PlaneEmitter &plane, mlir::Value tile, mlir::Value neutral, mlir::Value buffer);

  AttendOp attend;
  KernelBuilder kernel;
  Normalizer normalizer;
  RowsStage stage;
  const RowsPlan &plan;
  int64_t sliced = 1; ///< programs that share out the values' columns
  mlir::Value slice;  ///< of the columns; null: there is one
};

} // namespace attn::totile
