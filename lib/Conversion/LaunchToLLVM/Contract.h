// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a caller must know about an entry, as the manifest will say it.
#pragma once

#include "attn-rt/abi.h"
#include "dialects/Launch/LaunchOps.h"
#include "lib/Conversion/LaunchToLLVM/Expression.h"
#include <string>
#include <vector>

namespace attn {

/// attn_arg_desc.
struct ArgumentContract {
  std::string name;
  DLDataType type;
  /// Extents, or −1 − s for the symbol s.
  llvm::SmallVector<int64_t> dims;
  int64_t flags = 0;
  int64_t related = -1;
  ExpressionCode bound;
};

/// attn_result_desc.
struct ResultContract {
  std::string name;
  DLDataType type;
  std::vector<ExpressionCode> dims;
  int64_t flags = 0;
};

/// attn_check_desc.
struct CheckContract {
  std::string message;
  int64_t relation;
  ExpressionCode left, right;
};

/// attn_entry_desc without its function.
struct EntryContract {
  std::string name, location;
  std::vector<ArgumentContract> arguments;
  std::vector<ResultContract> results;
  std::vector<CheckContract> checks;
  ExpressionCode workspace;
};

/// "file:line:col", or nothing where the location has none.
std::string describeLocation(mlir::Location loc);

/// Compiles an entry's contract. Fails with a diagnostic at what the manifest cannot say.
llvm::FailureOr<EntryContract> compileContract(launch::EntryOp entry);

} // namespace attn
