// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stages of a loop turned by one.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace attn::tile {

/// On a product of a loop: 0 where it runs in its own iteration, 1 where it runs beside the next one. Pinned before
/// `--tile-skew`, kept behind it.
constexpr llvm::StringLiteral kStage = "stage";

} // namespace attn::tile
