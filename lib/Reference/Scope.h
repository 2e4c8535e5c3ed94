// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The values of one function while it is evaluated, and the ops that add to them.
#pragma once

#include "lib/Reference/Evaluate.h"
#include "lib/Reference/Plane.h"

namespace attn::reference {

/// Tensors, planes and scalars (tensors of rank 0) by the value that names them. Asking for what is not there reports
/// an error for the asking op and gives a stand-in, so that callers look at `errors` once.
class Scope {
public:
  Scope(const Options &options, FirstError &errors, unsigned depth = 0)
      : options(options), errors(errors), depth(depth) {}

  TensorRef tensor(mlir::Value value, mlir::Operation *user) const;
  const Plane &plane(mlir::Value value, mlir::Operation *user) const;
  int64_t integer(mlir::Value value, mlir::Operation *user) const;
  std::vector<TensorRef> tensors(mlir::ValueRange values, mlir::Operation *user) const;

  void set(mlir::Value value, TensorRef tensor) { tensorOf[value] = std::move(tensor); }
  /// Rounds the tensor if the mode asks for it.
  void set(mlir::Value value, HostTensor tensor);
  void set(mlir::Value value, Plane plane) { planeOf[value] = std::move(plane); }
  void setInteger(mlir::Value value, int64_t number);

  bool rounds() const { return options.mode == Mode::sameType; }
  /// Which rows of so many are evaluated, ascending.
  std::vector<int64_t> sampledRows(int64_t count) const;

  const Options &options;
  FirstError &errors;
  /// How many calls this one is inside of.
  unsigned depth;

private:
  llvm::DenseMap<mlir::Value, TensorRef> tensorOf;
  llvm::DenseMap<mlir::Value, Plane> planeOf;
};

/// A tensor of zeros; reports an error for the op where the shape is too large, and gives an empty tensor.
HostTensor makeTensor(mlir::Operation *op, mlir::Type type, std::vector<int64_t> shape, Scope &scope,
                      double fill = 0.0);
/// Whether any element of the tensors is unspecified.
bool anyUnspecified(llvm::ArrayRef<TensorRef> tensors);
void markAll(HostTensor &tensor);

/// Each evaluates an op of its family and returns true, or returns false.
bool evaluatePlaneOp(mlir::Operation *op, Scope &scope);
bool evaluateProductOp(mlir::Operation *op, Scope &scope);
bool evaluateAttend(mlir::Operation *op, Scope &scope);
bool evaluateMerge(mlir::Operation *op, Scope &scope);
bool evaluateTensorOp(mlir::Operation *op, Scope &scope);
bool evaluateLinalgOp(mlir::Operation *op, Scope &scope);
bool evaluateElementwise(mlir::Operation *op, Scope &scope);
bool evaluateCall(mlir::Operation *op, Scope &scope);

/// Evaluates a function's body; null tensors after an error.
std::vector<TensorRef> evaluateFunction(mlir::func::FuncOp function, std::vector<TensorRef> arguments,
                                        const Options &options, FirstError &errors, unsigned depth);

} // namespace attn::reference
