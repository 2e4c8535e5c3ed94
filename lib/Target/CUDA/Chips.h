// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The chips that code can be made for, and what each means to the passes.
#pragma once

#include "lib/Target/Common/InstructionTable.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace attn::cuda {

/// What the passes, LLVM's code generator and ptxas need to know of a chip.
struct Chip {
  llvm::StringLiteral name;     ///< as in `sm_90a`; also what LLVM and ptxas call it
  int64_t capability;           ///< 10 · major + minor of the compute capability
  bool exact;                   ///< code runs on chips of exactly this capability
  int64_t sharedBytes;          ///< most shared memory of one block
  llvm::StringLiteral features; ///< of LLVM's code generator: with an older PTX it aborts the process
  llvm::StringLiteral summary;
  int64_t maxThreads = 1024;    ///< of one block
  int64_t registers = 65536;    ///< 32-bit ones, of one multiprocessor
  int64_t maxRegisters = 255;   ///< of one thread

  /// Whether the chip has warpgroup products and the bulk tensor copies that feed them.
  bool hasWarpgroups() const { return capability == 90 && exact; }
  /// Whether the chip has bulk tensor copies and barriers in memory that threads can wait for.
  bool hasBulkCopies() const { return capability >= 90; }
  /// Whether warps can hand registers to each other.
  bool movesRegisters() const { return capability >= 90 && exact; }
  /// Whether a kernel may start while the one before it ends, and wait for it itself.
  bool overlapsLaunches() const { return capability >= 90; }

  /// The instructions that multiply tiles on it, a table for each kind, best first.
  llvm::ArrayRef<const target::InstructionTable *> instructionTables() const;
};

/// The table, from the oldest chip on.
llvm::ArrayRef<Chip> allChips();

/// Looks a chip up. Any other name is an error that lists these: LLVM never sees an unknown one.
llvm::Expected<Chip> describeChip(llvm::StringRef name);

/// The chip whose code a device of this capability runs best; null where it runs none.
const Chip *chipFor(int64_t capability);

} // namespace attn::cuda
