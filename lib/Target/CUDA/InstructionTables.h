// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tables of instructions, a file each. Chips.h says which chip has which.
#pragma once

#include "lib/Target/Common/InstructionTable.h"

namespace attn::cuda {

/// Products of four warps that are begun and awaited, and read what bulk copies bring to slots.
const target::InstructionTable &warpgroupTable();

/// Products of one warp, whose operands asynchronous copies and matrix loads bring from shared memory to registers.
const target::InstructionTable &warpTable();

/// All tables, best first.
llvm::ArrayRef<const target::InstructionTable *> allInstructionTables();

} // namespace attn::cuda
