// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the options of passes must be, and the attributes that pin their decisions.
#pragma once

#include "mlir/IR/Operation.h"

#include <optional>

namespace attn::tile {

/// The largest number that an option of a pass may be: all of them count rows, columns, slots or registers.
constexpr int64_t largestOption = 65536;

/// Reports an option of a pass that is not in [least, most].
mlir::LogicalResult verifyOption(mlir::Operation *op, llvm::StringRef name, int64_t value, int64_t least = 1,
                                 int64_t most = largestOption);

/// The number that an attribute pins on an op, none where it has none. Reports what is no integer in [least, most].
llvm::FailureOr<std::optional<int64_t>> readPinned(mlir::Operation *op, llvm::StringRef name, int64_t least,
                                                   int64_t most);

/// The bool that an attribute pins on an op, none where it has none. Reports what is none.
llvm::FailureOr<std::optional<bool>> readPinnedBool(mlir::Operation *op, llvm::StringRef name);

/// The word that an attribute pins on an op, empty where it has none. Reports what is none of these words.
llvm::FailureOr<llvm::StringRef> readPinnedWord(mlir::Operation *op, llvm::StringRef name,
                                                llvm::ArrayRef<llvm::StringRef> words);

} // namespace attn::tile
