// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function of tensors becoming an entry of buffers: arguments, contract, results, workspace.
#pragma once

#include "dialects/Launch/LaunchOps.h"
#include "dialects/Tile/TileOps.h"
#include "lib/Conversion/AttnToTile/IndexMath.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

namespace attn::totile {

/// The memref that stands for a tensor in entries and kernels: every stride known at run time but the inner one, which
/// is 1. Booleans are bytes.
mlir::MemRefType bufferType(mlir::RankedTensorType tensor);

/// Builds one launch.entry from a func.func. The function stays until the caller erases it.
class EntryBuilder {
public:
  /// Fails, reporting, where the function's signature has no form as an entry.
  static llvm::FailureOr<EntryBuilder> create(mlir::func::FuncOp function);

  /// The buffer in the body of a tensor of the function: an argument, a result, or workspace made on first use.
  mlir::Value buffer(mlir::Value tensor);
  /// A piece of workspace for numbers that no tensor of the function holds, as buffers are typed.
  mlir::Value workspace(llvm::ArrayRef<mlir::Value> extents, mlir::Type element);
  /// Extents of a tensor of the function, in the contract or in the body.
  mlir::Value extent(mlir::OpBuilder &at, mlir::Value tensor, unsigned dim);

  /// A relation between two extents of arguments that the caller must meet; nothing where both are static.
  void check(launch::Relation relation, mlir::Value leftTensor, unsigned leftDim, mlir::Value rightTensor,
             unsigned rightDim, llvm::StringRef what);
  void check(launch::Relation relation, mlir::Value left, mlir::Value right, const llvm::Twine &message);
  /// Whether a check with this message is there.
  bool isStated(llvm::StringRef message) const { return stated.contains(message); }
  /// What the values of an argument promise; nothing where the tensor is not an argument.
  void expect(mlir::Value tensor, launch::Promise promise, mlir::Value bound, mlir::Value counts = {});
  /// How messages call a tensor, and where an op stands: " in 'op' at file:line:column".
  std::string nameOf(mlir::Value tensor);
  std::string placeOf(mlir::Operation *op);

  /// Adds a kernel to the module, before the entry.
  tile::KernelOp addKernel(llvm::StringRef suffix, mlir::Location loc);
  /// Ends contract and body.
  void finish();

  mlir::func::FuncOp function;
  launch::EntryOp entry;
  mlir::OpBuilder contract;
  mlir::OpBuilder body;
  /// Scalars of the function that host arithmetic of a region holds already; extents whose positions fit i32.
  llvm::DenseMap<std::pair<mlir::Region *, mlir::Value>, mlir::Value> scalars;
  llvm::SmallVector<mlir::Value> bounded;

private:
  EntryBuilder(mlir::func::FuncOp function, launch::EntryOp entry);

  llvm::DenseMap<mlir::Value, mlir::Value> buffers;
  llvm::StringSet<> stated;
};

/// Whether the tensor's values come from outside: an argument of the function.
bool isArgument(mlir::Value tensor);

} // namespace attn::totile
