// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A net under LLVM's code generator, which ends the process where it cannot select an instruction.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace attn::cuda {

/// Runs `work`, one at a time in the process. Where LLVM reports a fatal error, leaves it by a jump: nothing that lived
/// in it may be touched, not even freed. Then false, with the first line of the error.
bool runGuarded(llvm::function_ref<void()> work, std::string &reason);

} // namespace attn::cuda
