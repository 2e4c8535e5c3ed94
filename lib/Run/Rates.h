// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How much work a call is, and how fast that makes it.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/support/Array.h"

#include <optional>
#include <string>

namespace attn {

/// What a call must at least do.
struct Work {
  double pairs = 0; ///< that exist, over all heads and batches
  double flops = 0; ///< two a multiply-add of the products of those pairs
};

/// Counts a function's work for these arguments; nothing where it has no plane. Masks are evaluated on some rows.
std::optional<Work> countWork(mlir::func::FuncOp function, llvm::ArrayRef<rt::Array> arguments);

/// ", 12.3 GFLOP/s (45% of peak), 1.2 GB/s (6%)" for a call of this time that moves these bytes. The peak is measured
/// once a process, with as many threads as the call may use (0: as the environment says). Without threads, of a device,
/// the rates alone.
std::string ratesText(double seconds, int64_t bytes, std::optional<Work> work, std::optional<int64_t> threads);

} // namespace attn
