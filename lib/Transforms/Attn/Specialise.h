// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries for given sizes and storage types.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <optional>

namespace attn {

/// Extents and storage type of an entry, by role. What is absent stays as it is.
struct SpecialiseOptions {
  /// Head size of each term; one number stands for all of them.
  llvm::SmallVector<int64_t> headSizes;
  std::optional<int64_t> valueSize;
  std::optional<int64_t> batch;
  std::optional<int64_t> queryHeads;
  std::optional<int64_t> keyHeads;
  std::optional<int64_t> queries;
  std::optional<int64_t> keys;
  /// Element type of query, key and value tensors; null: unchanged.
  mlir::Type storage;

  /// What an entry specialised so is called: `name.D128.Dv64.bf16`.
  std::string nameOf(llvm::StringRef entry) const;
};

/// Specialises an entry to argument types, as attn-run derives them from its arguments. The name stays. Reports where
/// it fails; the function is then not to be used. Calls in it are inlined first, here and below.
mlir::LogicalResult specialise(mlir::func::FuncOp entry, mlir::TypeRange argumentTypes);

/// Specialises an entry by role: an argument is a query, key or value because of the ops that use it. Captured tensors
/// keep their types. Renames the entry.
mlir::LogicalResult specialise(mlir::func::FuncOp entry, const SpecialiseOptions &options);

/// The same to a copy behind the entry, which stays.
mlir::FailureOr<mlir::func::FuncOp> specialiseCopy(mlir::func::FuncOp entry, const SpecialiseOptions &options);

} // namespace attn
