// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the extents of an entry's arguments stand for.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace attn {

/// What an extent stands for. Head sizes are one role per term.
enum class Role { batch, queryHeads, keyHeads, queries, keys, headSize, valueSize };

/// One use of an argument as a 4-D tensor of tokens.
struct TokenUse {
  mlir::BlockArgument argument;
  Role roles[4];
  /// Which term's head size it has.
  unsigned term = 0;
  /// The op that uses it so.
  mlir::Operation *user;
};

/// Every use of an argument as query, key, value or partial output, found from the ops, in program order.
llvm::SmallVector<TokenUse> findTokenUses(mlir::func::FuncOp func);

/// `B`, `H`, `Hkv`, `M`, `N`, `D`, `Dv`.
llvm::StringRef nameOf(Role role);

} // namespace attn
