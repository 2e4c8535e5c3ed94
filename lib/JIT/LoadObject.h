// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From an object in memory to code in this process.
#pragma once

#include "attn/Compiler.h"
#include "llvm/ADT/ArrayRef.h"

namespace attn {

/// Loads an object and looks its manifest up.
llvm::Expected<Executable> loadObject(llvm::ArrayRef<char> object);

} // namespace attn
