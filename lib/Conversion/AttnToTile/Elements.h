// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor ops outside of planes, element by element: extents on the host, values as scalar IR.
#pragma once

#include "dialects/Attn/AttnOps.h"
#include "lib/Conversion/AttnToTile/Entry.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

namespace attn::totile {

/// Whether an op between attends makes a tensor that this file knows, or a scalar of the host.
bool isTensorOp(mlir::Operation *op);
/// Whether the op's result lies in a buffer; else its elements are made where they are read.
bool isStored(mlir::Value tensor);

/// An extent of a tensor that isTensorOp made, as host arithmetic.
mlir::Value tensorExtent(EntryBuilder &entry, mlir::OpBuilder &at, mlir::Value tensor, unsigned dim);

/// Emits elements of tensors as scalar IR.
class ElementEmitter {
public:
  explicit ElementEmitter(mlir::Location loc) : loc(loc) {}

  /// Finds what elements of a tensor are made of: stored tensors, scalars that the host computes and extents. Reports
  /// what has no form. With `whole`, the tensor itself is being made, though it will be stored.
  llvm::LogicalResult collect(mlir::Value tensor, bool whole = false);
  void collectScalar(mlir::Value scalar);
  void collectExtent(mlir::Value tensor, unsigned dim);
  llvm::SetVector<mlir::Value> stored, scalars;
  llvm::SetVector<std::pair<mlir::Value, unsigned>> extents;

  /// What stands for them in the scalar IR; set before `element` is asked.
  llvm::DenseMap<mlir::Value, mlir::Value> captured, scalarInputs;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, mlir::Value> extentInputs;

  mlir::Value element(mlir::OpBuilder &builder, mlir::Value tensor, llvm::ArrayRef<mlir::Value> indices);
  mlir::Value scalar(mlir::OpBuilder &builder, mlir::Value value);
  mlir::Value extent(mlir::OpBuilder &builder, mlir::Value tensor, unsigned dim);

private:
  mlir::Value elementwise(mlir::OpBuilder &builder, mlir::Operation *op, llvm::ArrayRef<mlir::Value> indices);
  mlir::Value gated(mlir::OpBuilder &builder, GateOp op, llvm::ArrayRef<mlir::Value> indices);
  mlir::Value collapsed(mlir::OpBuilder &builder, mlir::tensor::CollapseShapeOp op,
                        llvm::ArrayRef<mlir::Value> indices);
  mlir::Value expanded(mlir::OpBuilder &builder, mlir::tensor::ExpandShapeOp op, llvm::ArrayRef<mlir::Value> indices);
  mlir::Value extracted(mlir::OpBuilder &builder, mlir::tensor::ExtractSliceOp op,
                        llvm::ArrayRef<mlir::Value> indices);
  mlir::Value inserted(mlir::OpBuilder &builder, mlir::tensor::InsertSliceOp op, llvm::ArrayRef<mlir::Value> indices);
  mlir::Value mixed(mlir::OpBuilder &builder, mlir::OpFoldResult value);

  mlir::Location loc;
};

} // namespace attn::totile
