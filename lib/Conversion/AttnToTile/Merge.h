// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parts of rows become finished rows.
#pragma once

#include "lib/Conversion/AttnToTile/Kernel.h"
#include "lib/Conversion/AttnToTile/Rows.h"

namespace attn::totile {

/// Adds the kernel of an attn.merge and its launch.
llvm::LogicalResult lowerMerge(EntryBuilder &entry, MergeOp merge);

} // namespace attn::totile
