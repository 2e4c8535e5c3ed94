// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What compiled code may call outside itself.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace attn {

/// A symbol that an object may leave open: the C library's memory and math functions.
bool isKnownExternal(llvm::StringRef symbol);

/// Refuses an object that leaves any other symbol open.
llvm::Error checkExternals(llvm::ArrayRef<char> object);

} // namespace attn
