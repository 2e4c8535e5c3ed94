// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs scalar IR by MLIR's own folders.
#pragma once

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>
#include <string>
#include <vector>

namespace attn::test {

/// A captured tensor's elements, row-major.
struct Table {
  std::vector<int64_t> shape;
  std::vector<int64_t> elements;
};

/// Evaluates blocks of arith, math, attn.lookup and scf.for, op by op: each op must fold to constants.
class ScalarEvaluator {
public:
  void bind(mlir::Value value, mlir::Attribute constant) { constants[value] = constant; }
  void bindTable(mlir::Value captured, const Table *table) { tables[captured] = table; }
  /// False, and `error` says why, where an op does not fold or a lookup lies outside its tensor.
  bool run(mlir::Block &block);
  int64_t integer(mlir::Value value) const;
  bool boolean(mlir::Value value) const { return integer(value) != 0; }

  std::string error;

private:
  bool runOp(mlir::Operation &op);
  bool runLookup(mlir::Operation &op);
  bool runLoop(mlir::Operation &op);
  bool fail(mlir::Operation &op, const char *why);

  llvm::DenseMap<mlir::Value, mlir::Attribute> constants;
  llvm::DenseMap<mlir::Value, const Table *> tables;
};

} // namespace attn::test
