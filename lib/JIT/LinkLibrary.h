// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From an object in memory to a shared library in memory.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace attn {

/// Links with the linker of the LLVM that the compiler was built with. `seconds` 0: no limit.
llvm::Expected<std::string> linkLibrary(llvm::ArrayRef<char> object, unsigned seconds);

} // namespace attn
