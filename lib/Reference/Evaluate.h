// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The oracle's entry: what a function of attn ops means, in float64.
#pragma once

#include "lib/Reference/HostTensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"

namespace attn::reference {

enum class Mode {
  /// Arguments rounded to their storage type, everything else float64, results not rounded.
  exact,
  /// What a plain implementation in the storage type gets ("same-dtype naive"): every tensor and the weights are
  /// rounded to the storage type after each op, scores and sums to the compute type.
  sameType
};

struct Options {
  Mode mode = Mode::exact;
  /// Evaluate about this many query rows of each head, first and last included; 0 for all. The others' results are
  /// marked unspecified, as are column and diagonal sums.
  int64_t sampledRows = 0;
};

/// Evaluates a verified function on dense arguments; scalars come and go as tensors of rank 0. Planes are functions of
/// their row, so memory stays within a small multiple of the tensors'. The error names the op and its location.
llvm::Expected<std::vector<HostTensor>> evaluate(mlir::func::FuncOp function, llvm::ArrayRef<HostTensor> arguments,
                                                 const Options &options = {});

} // namespace attn::reference
